/* SPDX-License-Identifier: Apache-2.0
 * One model of the rules in effect -> HTML, JSON, text, into a sink.
 *
 * A renderer asks the model for one row at a time, writes it, and forgets it:
 * what it holds does not grow with the rules.  What is told of a rule is one
 * row of the table of fields below, which makes the page's columns, the keys
 * of the JSON and the page's own explanation; docs/status.md has the same
 * words.
 */
#ifndef SEMR_RENDER_H
#define SEMR_RENDER_H

#include "out.h"
#include "report.h"
#include "rule.h"
#include "search.h"
#include "tally.h"

/* One rule in its place */
typedef struct semr_render_row_t {
    semr_rule_t rule;
    const char *where;   /* "<Location /x>"; NULL: a server's own */
    int inherited;       /* from the main server */
    semr_stage_t stage;  /* of its scope */
    apr_int64_t max_age; /* of its scope, for its intent */
    apr_uint64_t id;     /* semr_identity */
    apr_uint64_t hits;
    apr_int64_t last; /* the minute of the last, seconds since 1970; 0: never */
    int has_finding;
} semr_render_row_t;

/* A map in its place; times are seconds since 1970, 0: never */
typedef struct semr_render_map_t {
    const char *source;
    const char *kind;
    const char *options; /* NULL: none */
    apr_uint64_t rows, left_out, rules, bytes;
    apr_uint64_t generation;
    apr_int64_t built, took; /* took: milliseconds */
    apr_int64_t modified;    /* its file, when it was built */
    const char *error;       /* NULL: nothing is wrong */
    apr_int64_t failed;
    int inherited;
} semr_render_map_t;

/* A path that ended in 404; times are seconds since 1970 */
typedef struct semr_render_miss_t {
    const char *path;     /* without query; secrets are {token} */
    const char *referrer; /* one of them, without query; NULL: none is known */
    apr_uint64_t count;
    apr_int64_t first, last;
    /* A suggestion; nearest NULL: there is none */
    const char *nearest; /* a FROM or a TO that is like it */
    const char *why;     /* in what it is like it; static */
    const char *rule;    /* to be copied, "permanent /x /y"; NULL: none */
    const char *file;    /* where that rule stands */
    unsigned line;
} semr_render_miss_t;

/* What of the model is asked for */
typedef enum semr_render_view_t {
    SEMR_RENDER_FRONT,    /* all of it, the first rules and misses */
    SEMR_RENDER_RULES,    /* the rules that search finds */
    SEMR_RENDER_FINDINGS, /* every finding that is known */
    SEMR_RENDER_MISSES,   /* every miss that is kept */
    SEMR_RENDER_EXPLAIN   /* explained */
} semr_render_view_t;

struct semr_explained_t; /* explain.h */

typedef struct semr_render_model_t {
    semr_render_view_t view;
    const char *server;
    semr_stage_t stage; /* of the server */
    apr_int64_t since;  /* when counting began, seconds since 1970; 0: never */
    apr_int64_t now;
    apr_uint64_t rules[SEMR_STAGES]; /* how many there are, by stage now */
    /* By stage and code; at SEMR_OBSERVE, what would have been sent */
    apr_uint64_t answers[SEMR_STAGES][SEMR_TALLY_CODE_COUNT];
    apr_int64_t last[SEMR_STAGES][SEMR_TALLY_CODE_COUNT]; /* when, 0: never */
    apr_uint64_t answers_inherited; /* that were sent by inherited rules */
    /* Of those, rules that nobody has met; temporary ones whose file has been
     * as it is for months; ~0: not known */
    apr_uint64_t never_used;
    apr_uint64_t old_temporary;
    const semr_search_t *search; /* NULL: all rules, as they are met */
    apr_uint64_t matched;        /* rules that it finds, */
    apr_uint64_t searched;       /* among so many, if time was up: else 0 */
    apr_uint64_t not_listed;     /* rules found that next will not give, behind
                                    those that it does */
    /* Bytes that a page may have: words are cut to SEMR_RENDER_WORDS then, and
     * rules end where it would have more.  0: any number */
    apr_size_t most;
    apr_uint64_t page; /* rules that next gives at most; 0: all */
    const semr_render_map_t *maps;
    int nmaps;
    const semr_report_t *report;      /* NULL: nobody has looked yet */
    apr_int64_t checked;              /* when; seconds since 1970 */
    const semr_render_miss_t *misses; /* the most frequent first */
    int nmisses;
    int misses_kept;          /* paths that there are, listed here or not */
    apr_uint64_t missed;      /* requests that ended in 404, kept or not */
    apr_int64_t missed_since; /* since when; 0: none are kept */
    const struct semr_explained_t *explained; /* of SEMR_RENDER_EXPLAIN */

    /* Gives the next row; 0: there is none.  What the row points to may be in
     * pool, which is cleared before the next call. */
    int (*next)(void *baton, apr_pool_t *pool, semr_render_row_t *row);
    void *baton;
} semr_render_model_t;

enum { SEMR_RENDER_WORDS = 2000 };

/* How many rules the model has. */
apr_uint64_t semr_render_count(const semr_render_model_t *model);

/* How many answers were sent; and how many would have been, under observe. */
apr_uint64_t semr_render_sent(const semr_render_model_t *model);
apr_uint64_t semr_render_observed(const semr_render_model_t *model);

/* When an answer was sent last, seconds since 1970; 0: never. */
apr_int64_t semr_render_last(const semr_render_model_t *model);

/* X(id, key, heading, what it says): key is the path in the JSON.  A heading
 * begins a column of the page; "" goes on in the one before; NULL is told
 * between the rows. */
#define SEMR_RENDER_FIELDS(X)                                                  \
    X(intent, "intent", "Intent", "what the move means")                       \
    X(stage, "stage", "", "the stage now: off, observe, trial or live")        \
    X(stage_by, "stage_by", "",                                                \
      "what keeps the rule from live: its own stage= (rule), "                 \
      "SemanticRedirectStage (scope), or a date (starts, ends, settles)")      \
    X(has_finding, "finding", "", "whether a finding names it")                \
    X(from, "from", "From", "FROM as written")                                 \
    X(options, "options", "", "its options but the note")                      \
    X(note, "note", "", "its note=")                                           \
    X(to, "to", "To", "TO as written")                                         \
    X(file, "file", "", "the file that it stands in")                          \
    X(line, "line", "", "the line there")                                      \
    X(id, "id", "", "its number, by which counters and X-Redirect-By go")      \
    X(get, "codes.GET", "GET", "the code that answers GET and HEAD")           \
    X(post, "codes.POST", "POST",                                              \
      "the code that answers POST, PUT, PATCH, DELETE and other methods")      \
    X(options_code, "codes.OPTIONS", "OPTIONS",                                \
      "the code that answers OPTIONS, but for CORS preflights")                \
    X(cache_control, "cache_control", "Cached",                                \
      "the Cache-Control header of the answer")                                \
    X(hits, "hits", "Hits",                                                    \
      "requests that this rule decided since counting began")                  \
    X(last, "last", "", "the minute of the last of them; null: never")         \
    X(where, "where", NULL, "the section that it stands in")                   \
    X(inherited, "inherited", NULL,                                            \
      "whether it comes from the main server's configuration")

/* The same of a map. */
#define SEMR_RENDER_MAP_FIELDS(X)                                              \
    X(source, "source", "Map", "the file, or the compiled map")                \
    X(kind, "kind", "", "text, csv or image")                                  \
    X(options, "options", "", "the options of its directive")                  \
    X(inherited_map, "inherited", "",                                          \
      "whether the main server's configuration names it")                      \
    X(error, "error", "", "what is wrong; the rules built last stay in force") \
    X(failed, "error_since", "", "since when")                                 \
    X(rows, "rows", "Rows", "rows that were read")                             \
    X(left_out, "rows_left_out", "", "rows that are wrong, and left out")      \
    X(rules, "rules", "Rules", "rules in force")                               \
    X(bytes, "bytes", "Size", "bytes of memory that they take")                \
    X(generation, "generation", "Generation",                                  \
      "0 is what was built when httpd started; each reload is one more")       \
    X(built, "built", "Built", "when its rules were built")                    \
    X(took, "built_in_ms", "", "how long that took, in milliseconds")          \
    X(modified, "modified", "File of",                                         \
      "when the file was changed that they were built from")

/* The same of a path that ended in 404. */
#define SEMR_RENDER_MISS_FIELDS(X)                                             \
    X(path, "path", "Not found",                                               \
      "the path, without its query; {token} stands for what looks like a "     \
      "secret")                                                                \
    X(count, "count", "Requests",                                              \
      "requests for it that ended in 404, since it is kept")                   \
    X(last, "last_seen", "Last seen", "when it was asked for last")            \
    X(first, "first_seen", "", "when it was asked for first")                  \
    X(referrer, "referrer", "Linked from",                                     \
      "a page that led there, of this site if there is one")                   \
    X(nearest, "nearest", "Suggestion",                                        \
      "FROM or TO of the rule that is most like it")                           \
    X(why, "why", "", "in what it is like it")                                 \
    X(file, "file", "", "the file of the rule that is like it")                \
    X(line, "line", "", "the line there")                                      \
    X(rule, "rule", "", "the rule that would answer it, to be copied")

/* Each renders the whole model.  pool is for what lasts no longer than the
 * call.  They return APR_SUCCESS, what the sink returned, or APR_ENOMEM. */

/* A page.  nonce goes with its style sheet (Content Security Policy). */
apr_status_t semr_render_html(const semr_render_model_t *model,
                              const char *nonce, const semr_sink_t *sink,
                              apr_pool_t *pool);

/* One object, on many lines: a rule each. */
apr_status_t semr_render_json(const semr_render_model_t *model,
                              const semr_sink_t *sink, apr_pool_t *pool);

/* The rows alone, indented: each rule as it would be written, where, and the
 * codes. */
apr_status_t semr_render_text(const semr_render_model_t *model,
                              const semr_sink_t *sink, apr_pool_t *pool);

#endif
