/* SPDX-License-Identifier: Apache-2.0
 * Regexes that are really exact, a tree, or a path with {name}s: identical in
 * what they take and answer, or else they stay.
 *
 * Regexes see the decoded path, paths are canonical: the two agree but for
 * %2F, which stays encoded, and %25 before it.  So a literal percent sign, and
 * what could be a part of %2F behind a capture, make a regex stay one.
 */
#include <string.h>

#include <apr_strings.h>

#include "import_core.h"
#include "url.h"

enum { SLASHES_MAX = SEMR_DEPTH_MAX - 3, SEGMENTS_MAX = 20 };

typedef struct building_t {
    const import_t *import;
    apr_pool_t *pool;
    const import_move_t *move;
    const import_regex_t *regex;
    int picks[IMPORT_PIECES_MAX]; /* the word of each choice */
    int either;                   /* the last choice is /? */

    char *head; /* as it grows; escaped */
    int nsegments, behind_segment;
    const import_piece_t *tail; /* or NULL */
    int ends;                   /* it has its $ */
    import_shape_t shape;
} building_t;

/* -- what it takes --------------------------------------------------------- */

static int is_optional_slash(const import_piece_t *piece)
{
    return piece->kind == PIECE_CHOICE && piece->nwords == 2 &&
           !strcmp(piece->words[0], "/") && !*piece->words[1];
}

/* Decoded text as a canonical path has it */
static const char *escaped(apr_pool_t *pool, const char *text)
{
    apr_size_t len = strlen(text);
    char *out = apr_palloc(pool, 3 * len + 1);

    *semr_url_escape(out, semr_view(text, len), SEMR_URL_PATH) = '\0';
    return out;
}

static int add_literal(building_t *building, const import_piece_t *piece,
                       const char *word)
{
    if (strchr(word, '%') ||
        (building->behind_segment && *word && strchr("2Ff", *word))) {
        return 0;
    }
    if (piece->group) {
        building->shape.constants[piece->group] = word;
    }
    building->behind_segment &= !*word;
    building->head = apr_pstrcat(building->pool, building->head,
                                 escaped(building->pool, word), NULL);
    return 1;
}

static int add_segment(building_t *building, const import_piece_t *piece)
{
    if (building->behind_segment || building->nsegments == SEGMENTS_MAX) {
        return 0;
    }
    building->nsegments++;
    building->behind_segment = 1;
    building->head = apr_psprintf(building->pool, "%s{p%d}", building->head,
                                  building->nsegments);
    if (piece->group) {
        building->shape.segments[piece->group] = building->nsegments;
    }
    return 1;
}

/* Takes the pieces in turn; 0: they are no path. */
static int walk(building_t *building)
{
    const import_regex_t *regex = building->regex;
    int i;

    for (i = 0; i < regex->npieces; i++) {
        const import_piece_t *piece = &regex->pieces[i];

        if (building->ends || (building->tail && piece->kind != PIECE_END)) {
            return 0;
        }
        switch (piece->kind) {
        case PIECE_CHOICE:
            if (building->either && i == regex->npieces - 2) {
                break;
            }
            if (!add_literal(building, piece,
                             piece->words[building->picks[i]])) {
                return 0;
            }
            break;
        case PIECE_SEGMENT:
            if (!add_segment(building, piece)) {
                return 0;
            }
            break;
        case PIECE_END:
            building->ends = 1;
            break;
        default:
            building->tail = piece;
        }
    }
    return 1;
}

/* Whether head is a path that a request can have */
static int is_path(const building_t *building)
{
    semr_view_t head = semr_view(building->head, strlen(building->head));
    char *copy = apr_pstrmemdup(building->pool, head.p, head.len), *p;
    int slashes = 0;

    if (!head.len) {
        return 1;
    }
    for (p = copy; *p; p++) {
        slashes += *p == '/';
        if (*p == '{' || *p == '}') {
            *p = 'x';
        }
    }
    return *copy == '/' && slashes <= SLASHES_MAX &&
           semr_view_equal(
               semr_url_path(building->pool, semr_view(copy, head.len)),
               semr_view(copy, head.len));
}

/* -- how it is said -------------------------------------------------------- */

static void make_tree(building_t *building, import_move_t *made,
                      const char *head, int ends_slash)
{
    made->kind = building->nsegments ? IMPORT_PATTERN : IMPORT_PREFIX;
    made->from =
        building->nsegments
            ? apr_pstrcat(building->pool,
                          import_without_stars(building->pool,
                                               semr_view(head, strlen(head))),
                          "/*", NULL)
            : (*head ? head : "/");
    made->ends_slash = ends_slash;
    made->either = 0;
}

/* The tree that is below head, whose last slash is there already */
static int make_below(building_t *building, import_move_t *made)
{
    apr_size_t len = strlen(building->head);

    if (!len || building->head[len - 1] != '/') {
        return 0;
    }
    make_tree(building, made,
              apr_pstrmemdup(building->pool, building->head, len - 1), 1);
    return 1;
}

static int make_with_tail(building_t *building, import_move_t *made)
{
    import_shape_t *shape = &building->shape;
    apr_size_t len = strlen(building->head);
    int has_slash = len && building->head[len - 1] == '/';

    shape->tail_group = building->tail->group;
    shape->tail = TAIL_WITH_SLASH;
    shape->is_whole = 1;
    switch (building->tail->kind) {
    case PIECE_REST:
        if (!len) {
            break;
        }
        shape->tail = TAIL_WITHOUT;
        return make_below(building, made);
    case PIECE_REST_OPT:
        if (!len || !building->ends) {
            return 0;
        }
        shape->tail = TAIL_WITHOUT;
        shape->is_whole = 0; /* its slash is in no group */
        break;
    case PIECE_TAIL_OPT:
        if (!building->ends) {
            return 0;
        }
        break;
    case PIECE_BOUNDARY:
        if (building->ends || !len) {
            return 0;
        }
        shape->is_whole = 0;
        shape->tail = TAIL_NONE;
        break;
    default: /* PIECE_TAIL */
        break;
    }
    if (has_slash) {
        return 0;
    }
    make_tree(building, made, building->head,
              building->tail->kind == PIECE_TAIL);
    return 1;
}

static int make(building_t *building, import_move_t *made)
{
    const char *head = building->head;
    apr_size_t len = strlen(head);

    if (building->tail) {
        return !building->either && make_with_tail(building, made);
    }
    if (building->ends) {
        building->shape.is_whole = !building->either;
        made->kind = building->nsegments ? IMPORT_PATTERN : IMPORT_EXACT;
        made->from = building->nsegments
                         ? import_without_stars(building->pool,
                                                semr_view(head, strlen(head)))
                         : (len ? head : "/");
        made->either = building->either;
        made->ends_slash = 0;
        return len ? !building->either || head[len - 1] != '/'
                   : building->either;
    }
    if (!len) { /* ^ takes all */
        make_tree(building, made, "", 0);
        return 1;
    }
    if (building->behind_segment) { /* to the end of the segment, and on */
        make_tree(building, made, head, 0);
        return 1;
    }
    return make_below(building, made);
}

/* Says one way through the choices; 0: it cannot. */
static int build(const building_t *plan, import_move_t *made)
{
    building_t building = *plan;
    import_shape_t *shape = &building.shape;

    memset(shape, 0, sizeof(*shape));
    building.head = apr_pstrdup(building.pool, "");
    *made = *building.move;
    made->fold = building.move->fold || building.regex->fold;
    if (!walk(&building) || !is_path(&building) || !make(&building, made)) {
        return 0;
    }
    shape->head = building.head;
    shape->fold = made->fold;
    if (made->to) {
        made->to = import_to_of_shape(building.pool, shape, made->to);
        if (!made->to) {
            return 0;
        }
    }
    return import_can_say(building.import, made);
}

/* -- choices --------------------------------------------------------------- */

/* The next way through the choices; 0: that was the last. */
static int next_picks(building_t *plan)
{
    int i;

    for (i = plan->regex->npieces; i-- > 0;) {
        const import_piece_t *piece = &plan->regex->pieces[i];

        if (piece->kind != PIECE_CHOICE ||
            (plan->either && i == plan->regex->npieces - 2)) {
            continue;
        }
        if (++plan->picks[i] < piece->nwords) {
            return 1;
        }
        plan->picks[i] = 0;
    }
    return 0;
}

/* Whether a path's own first slash is what /? at the beginning takes, always */
static void settle_first_slash(import_regex_t *regex)
{
    int i;

    if (regex->npieces < 2 || !is_optional_slash(&regex->pieces[0])) {
        return;
    }
    for (i = 0; i < regex->pieces[1].nwords; i++) {
        if (!*regex->pieces[1].words[i] || *regex->pieces[1].words[i] == '/') {
            return;
        }
    }
    if (regex->pieces[1].kind <= PIECE_REST ||
        regex->pieces[1].kind == PIECE_END) {
        regex->pieces[0].nwords = 1;
    }
}

static int is_anchored(const import_regex_t *regex)
{
    return regex->anchored ||
           (regex->npieces && (regex->pieces[0].kind == PIECE_REST ||
                               regex->pieces[0].kind == PIECE_TAIL));
}

/* Whether an earlier way takes the same paths: its captures would be others. */
static int has_twin(const import_move_t *moves, int count)
{
    int i, j;

    for (i = 0; i < count; i++) {
        for (j = 0; j < i; j++) {
            if (!strcmp(moves[i].from, moves[j].from)) {
                return 1;
            }
        }
    }
    return 0;
}

int import_forms(const import_t *import, const import_move_t *move,
                 import_move_t moves[IMPORT_SPLIT_MAX])
{
    import_regex_t regex;
    building_t plan = {
        .import = import, .pool = import->pool, .move = move, .regex = &regex};
    const import_piece_t *last;
    int count = 0;

    if (move->kind != IMPORT_REGEX || !move->from ||
        !import_regex_read(plan.pool, move->from, import->dots, &regex) ||
        !is_anchored(&regex)) {
        return 0;
    }
    settle_first_slash(&regex);
    last = regex.npieces > 1 ? &regex.pieces[regex.npieces - 2] : NULL;
    plan.either = last && is_optional_slash(last) && last[1].kind == PIECE_END;
    do {
        if (count == IMPORT_SPLIT_MAX || !build(&plan, &moves[count])) {
            return 0;
        }
        count++;
    } while (next_picks(&plan));
    if (count > 1) {
        int i;

        for (i = 0; i < count; i++) {
            if (moves[i].kind != IMPORT_EXACT) {
                return 0; /* which of two trees takes a path, is another
                             question */
            }
        }
        return has_twin(moves, count) ? 0 : count;
    }
    return count;
}

/* -- all of it ------------------------------------------------------------- */

void import_reduce(import_t *import, import_move_t *move)
{
    import_move_t forms[IMPORT_SPLIT_MAX];

    if (import_forms(import, move, forms) == 1) {
        *move = forms[0];
    }
}

/* Whether a move is a path only if its dots are meant as dots. */
static int hangs_on_dots(import_t *import, const import_move_t *move)
{
    import_move_t forms[IMPORT_SPLIT_MAX];
    int is_path;

    if (!import->dots || !strchr(move->from, '.')) {
        return 0;
    }
    import->dots = 0;
    is_path = import_forms(import, move, forms) > 0;
    import->dots = 1;
    return !is_path;
}

static void tell_dots(import_t *import, const import_move_t *first, int count)
{
    import_notice(import, first->line, first->words,
                  "a dot without a backslash is any byte there; here it is a "
                  "dot, and the regex a path. So it is with %d %s in all; "
                  "--dots any keeps them regexes.",
                  count, count == 1 ? "regex" : "regexes");
}

void import_reduce_all(import_t *import)
{
    apr_array_header_t *moves = apr_array_make(
        import->pool, import->moves->nelts + 1, sizeof(import_move_t));
    import_move_t forms[IMPORT_SPLIT_MAX];
    const import_move_t *dotted = NULL;
    int i, j, ndotted = 0;

    for (i = 0; i < import->moves->nelts; i++) {
        const import_move_t *move =
            &APR_ARRAY_IDX(import->moves, i, import_move_t);
        int count = import_forms(import, move, forms);
        import_move_t *split =
            count > 1 ? apr_pmemdup(import->pool, move, sizeof(*move)) : NULL;

        for (j = 0; j < count; j++) {
            forms[j].split = split;
            APR_ARRAY_PUSH(moves, import_move_t) = forms[j];
        }
        if (!count) {
            APR_ARRAY_PUSH(moves, import_move_t) = *move;
        }
        else if (hangs_on_dots(import, move)) {
            dotted = dotted ? dotted : move;
            ndotted++;
        }
    }
    if (dotted) {
        tell_dots(import, dotted, ndotted);
    }
    import->moves = moves;
}
