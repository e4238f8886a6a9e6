# mod_semredirect: `make help` lists what there is.
APXS      ?= apxs
CC        ?= gcc
PKG       := pkg-config
B         := build

WARN      := -Wall -Wextra -Wshadow -Wstrict-prototypes $(if $(WERROR),-Werror)
OPT       ?= -O2 -g
COMMON     = -std=gnu11 -D_GNU_SOURCE -fPIC -fvisibility=hidden $(WARN) $(OPT)
APR_FLAGS  = $(shell $(PKG) --cflags apr-1 apr-util-1)
APR_LIBS   = $(shell $(PKG) --libs apr-1 apr-util-1)
# The engine is compiled without httpd's headers in reach.
ENGINE_CC  = $(CC) $(COMMON) -Isrc/engine $(APR_FLAGS) -MMD -MP
CLI_CC     = $(ENGINE_CC) -Isrc/cli
MODULE_CC  = $(CC) $(COMMON) -Isrc/engine -Isrc/httpd -I. $(APR_FLAGS) \
             -isystem $(shell $(APXS) -q INCLUDEDIR) -MMD -MP
LIBS      := -lpcre2-8 -ljansson
# What the command needs beside
CLI_LIBS  := -lcurl -lz
SANITIZE  := -fsanitize=address,undefined -fno-sanitize-recover=undefined \
             -fno-omit-frame-pointer

ENGINE    := $(wildcard src/engine/*.c)
MODULE    := mod_semredirect.c $(wildcard src/httpd/*.c)
TOOLS     := $(patsubst t/tools/%.c,$(B)/%,$(wildcard t/tools/*.c))
UNIT      := $(patsubst t/unit/%.c,$(B)/unit/%,$(wildcard t/unit/*.c))
TARGETS   := $(filter-out replay,$(patsubst t/fuzz/%.c,%,$(wildcard t/fuzz/*.c)))
REPLAYS   := $(TARGETS:%=$(B)/replay/%)
CLI       := $(wildcard src/cli/*.c)
CLI_O     := $(CLI:src/%.c=$(B)/%.o)
# Tests of the command's parts link them without its main.
PARTS     := $(filter-out src/cli/main.c,$(CLI))
PARTS_O   := $(PARTS:src/%.c=$(B)/checked/%.o)
ENGINE_O  := $(ENGINE:src/%.c=$(B)/%.o)
MODULE_O  := $(MODULE:%.c=$(B)/module/%.o)
CHECKED_O := $(ENGINE:src/%.c=$(B)/checked/%.o)

# Where make install puts the command; the module goes to httpd's folder.
PREFIX       ?= /usr/local
FUZZ_SECONDS ?= 60

PARALLEL  := -j$(shell nproc)
# V=1 shows the commands
say        = $(if $(V),,@echo '  $1 $@' &&)

SOURCES    = $(wildcard *.c src/*/*.[ch] t/*/*.[ch])

.PHONY: all help deps deps-check demo stop check tested asan valgrind fuzz bench \
        install format lint clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/mod_semredirect.so $(B)/libsemr.a $(B)/semredirect ## build the module, the engine and the command

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | \
	    awk -F'|' '{ printf "  make %-12s%s\n", $$1, $$2 }'

deps: ## install what building and the demo need (Debian packages)
	@t/lib/deps build
deps-check: ## install what the tests need
	@t/lib/deps check
	@t/lib/axe

demo: deps ## build, start a private httpd with the demo site, show answers
	@$(MAKE) $(PARALLEL) $(if $(V),,-s) --no-print-directory all
	@conf/demo/demo start
stop: ## stop the demo
	@conf/demo/demo stop

check: deps-check ## build and run every test
	@$(MAKE) $(PARALLEL) $(if $(V),,-s) --no-print-directory tested
tested: all $(UNIT) $(REPLAYS) $(TOOLS)
	@t/lib/check $(UNIT) $(REPLAYS) $(wildcard t/guards/*.t t/cli/*.t t/http/*.t)

asan: all $(TOOLS) ## run the http suite with the module under ASan and UBSan
	@$(MAKE) $(PARALLEL) $(if $(V),,-s) --no-print-directory B=$(B)/asan OPT="-O1 -g $(SANITIZE)" all
	@t/lib/asan $(B)/asan/mod_semredirect.so $(wildcard t/http/*.t)
.PHONY: tsan
tsan: all $(TOOLS) ## load and reload maps with the module under TSan
	@$(MAKE) $(PARALLEL) $(if $(V),,-s) --no-print-directory B=$(B)/tsan OPT="-O1 -g -fsanitize=thread" all
	@t/lib/tsan $(B)/tsan/mod_semredirect.so t/http/map_load.t t/http/map_reload.t t/http/map_faults.t t/http/findings.t t/http/search.t t/http/chains_map.t
valgrind: all $(TOOLS) ## run the http suite under valgrind
	@t/lib/valgrind $(B)/mod_semredirect.so $(wildcard t/http/*.t)

fuzz: $(TARGETS:%=$(B)/fuzz/%) ## fuzz each target for FUZZ_SECONDS (needs clang)
	@for target in $(TARGETS); do \
	    mkdir -p $(B)/fuzz/$$target.found && \
	    $(B)/fuzz/$$target -max_total_time=$(FUZZ_SECONDS) \
	        -artifact_prefix=$(B)/fuzz/$$target. $(FUZZ_FLAGS) \
	        $(B)/fuzz/$$target.found t/fuzz/corpus/$$target || exit 1; \
	done

bench: all ## compare with mod_alias (needs wrk and valgrind)
	@t/bench/bench

install: all ## install module, command, man page, completion (DESTDIR, PREFIX)
	install -D -m 644 $(B)/mod_semredirect.so \
	    $(DESTDIR)$(shell $(APXS) -q LIBEXECDIR)/mod_semredirect.so
	install -D -m 755 $(B)/semredirect $(DESTDIR)$(PREFIX)/bin/semredirect
	install -D -m 644 docs/semredirect.1 \
	    $(DESTDIR)$(PREFIX)/share/man/man1/semredirect.1
	install -D -m 644 src/cli/semredirect.bash \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/semredirect

format: ## lay out the sources by .clang-format
	clang-format -i $(SOURCES)
lint: ## say what clang-format would change
	clang-format --dry-run -Werror $(SOURCES)
clean: ## remove what was built
	rm -rf $(B)

$(B)/libsemr.a: $(ENGINE_O)
	@rm -f $@
	$(call say,AR) ar rcs $@ $^
$(B)/mod_semredirect.so: $(MODULE_O) $(B)/libsemr.a
	$(call say,LINK) $(CC) -shared $(OPT) -Wl,-Bsymbolic -Wl,-z,relro,-z,now -o $@ $^ $(LIBS)

$(B)/semredirect: $(CLI_O) $(B)/libsemr.a
	$(call say,LINK) $(CC) $(OPT) -Wl,-z,relro,-z,now -o $@ $^ $(LIBS) $(CLI_LIBS) $(APR_LIBS)

# The assembler reads these two, and no .d file says so.
$(B)/engine/render_assets.o $(B)/checked/engine/render_assets.o \
    $(B)/fuzz/render: src/engine/page.css src/engine/page.js
$(B)/engine/%.o: src/engine/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(ENGINE_CC) -c -o $@ $<
$(B)/cli/%.o: src/cli/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(CLI_CC) -c -o $@ $<
$(B)/module/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC) $(MODULE_CC) -c -o $@ $<
$(B)/checked/engine/%.o: src/engine/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(ENGINE_CC) $(SANITIZE) -c -o $@ $<
$(B)/checked/cli/%.o: src/cli/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(CLI_CC) $(SANITIZE) -c -o $@ $<
# Tests and fuzz targets of the command are named cli_*.
$(filter $(B)/unit/cli_%,$(UNIT)): $(B)/unit/%: t/unit/%.c $(CHECKED_O) $(PARTS_O)
	@mkdir -p $(@D)
	$(call say,CC) $(CLI_CC) $(SANITIZE) -o $@ $< $(PARTS_O) $(CHECKED_O) -lcmocka $(LIBS) $(CLI_LIBS) $(APR_LIBS)
$(B)/unit/%: t/unit/%.c $(CHECKED_O)
	@mkdir -p $(@D)
	$(call say,CC) $(ENGINE_CC) $(SANITIZE) -o $@ $< $(CHECKED_O) -lcmocka $(LIBS) $(APR_LIBS)
$(B)/checked/%.o: t/fuzz/%.c
	@mkdir -p $(@D)
	$(call say,CC) $(ENGINE_CC) $(SANITIZE) -c -o $@ $<
$(filter $(B)/replay/cli_%,$(REPLAYS)): $(B)/replay/%: t/fuzz/%.c $(B)/checked/replay.o $(CHECKED_O) $(PARTS_O)
	@mkdir -p $(@D)
	$(call say,CC) $(CLI_CC) $(SANITIZE) -o $@ $< $(B)/checked/replay.o $(PARTS_O) $(CHECKED_O) $(LIBS) $(CLI_LIBS) $(APR_LIBS)
$(B)/replay/%: t/fuzz/%.c $(B)/checked/replay.o $(CHECKED_O)
	@mkdir -p $(@D)
	$(call say,CC) $(ENGINE_CC) $(SANITIZE) -o $@ $< $(B)/checked/replay.o $(CHECKED_O) $(LIBS) $(APR_LIBS)
$(patsubst %,$(B)/fuzz/%,$(filter cli_%,$(TARGETS))): $(B)/fuzz/%: t/fuzz/%.c $(ENGINE) $(PARTS) $(wildcard src/*/*.h t/unit/*.h)
	@mkdir -p $(@D)
	$(call say,CC) clang -std=gnu11 -D_GNU_SOURCE -g -O1 -Isrc/engine -Isrc/cli $(APR_FLAGS) \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    -o $@ $< $(ENGINE) $(PARTS) $(LIBS) $(CLI_LIBS) $(APR_LIBS)
$(B)/fuzz/%: t/fuzz/%.c $(ENGINE) $(wildcard src/engine/*.h t/unit/*.h)
	@mkdir -p $(@D)
	$(call say,CC) clang -std=gnu11 -D_GNU_SOURCE -g -O1 -Isrc/engine $(APR_FLAGS) \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	    -o $@ $< $(ENGINE) $(LIBS) $(APR_LIBS)

$(TOOLS): $(B)/%: t/tools/%.c $(B)/libsemr.a
	$(call say,CC) $(ENGINE_CC) -o $@ $< $(B)/libsemr.a $(LIBS) $(APR_LIBS)

-include $(ENGINE_O:.o=.d) $(CLI_O:.o=.d) $(PARTS_O:.o=.d) $(MODULE_O:.o=.d) $(CHECKED_O:.o=.d) \
         $(addsuffix .d,$(UNIT) $(REPLAYS) $(TOOLS)) $(B)/checked/replay.d
