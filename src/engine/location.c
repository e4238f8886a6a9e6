/* SPDX-License-Identifier: Apache-2.0
 * Joins Location from a template, piece by piece, into one allocation.
 */
#include <string.h>

#include "location.h"

/* In their order; a template begins in the first. */
typedef enum section_t { AUTHORITY, PATH, QUERY, FRAGMENT } section_t;

typedef struct join_t {
    semr_location_t *location;
    semr_request_t *request;
    const semr_to_t *to;
    const semr_match_t *match;
    const semr_names_t *from_names;
    char *text;
    char *out;
    section_t section;
    semr_view_t rest;     /* of the piece that is fed */
    unsigned decoded : 1; /* a value of the query went into the path */
    unsigned failed : 1;
} join_t;

static char *put(char *out, semr_view_t view)
{
    if (view.len > 0) {
        memcpy(out, view.p, view.len);
    }
    return out + view.len;
}

#define EACH(byte) (APR_UINT64_C(0x0101010101010101) * (byte))

/* Not 0 if one of 8 bytes is an op, a question mark or a hash. */
static inline apr_uint64_t has_mark(const char *p)
{
    apr_uint64_t word, query, hash;

    memcpy(&word, p, sizeof(word));
    query = word ^ EACH('?');
    hash = word ^ EACH('#');
    return (word | ((query - EACH(1)) & ~query) | ((hash - EACH(1)) & ~hash)) &
           EACH(0x80);
}

/* How many bytes there are before the first one that does not mean itself. */
static apr_size_t plain_len(semr_view_t text)
{
    apr_size_t i = 0;

    while (i + 8 <= text.len && !has_mark(text.p + i)) {
        i += 8;
    }
    while (i < text.len && (unsigned char)text.p[i] < SEMR_OP_CAPTURE &&
           text.p[i] != '?' && text.p[i] != '#') {
        ++i;
    }
    return i;
}

static semr_view_t behind(semr_view_t text, apr_size_t len)
{
    return text.len ? semr_view(text.p + len, text.len - len) : text;
}

static semr_capture_t inserted(const semr_request_t *request,
                               const semr_match_t *match, int op)
{
    semr_capture_t capture = {{NULL, 0}, 0};

    if (op - SEMR_OP_CAPTURE < match->ncaptures) {
        return match->captures[op - SEMR_OP_CAPTURE];
    }
    switch (op) {
    case SEMR_OP_TAIL:
        capture.text = match->tail;
        break;
    case SEMR_OP_REST:
        capture.text = match->tail;
        if (capture.text.len > 0) {
            capture.text = semr_view(match->tail.p + 1, match->tail.len - 1);
        }
        break;
    case SEMR_OP_LABELS:
        capture.text = match->labels;
        capture.decoded = 1;
        break;
    case SEMR_OP_URL:
        capture.text = request->path;
        break;
    default:
        break;
    }
    return capture;
}

/* How much what is inserted may become. */
static apr_size_t room_inserted(const join_t *join, semr_view_t piece)
{
    apr_size_t room = 0;

    for (piece = behind(piece, plain_len(piece)); piece.len > 0;
         piece = behind(piece, plain_len(piece))) {
        int c = (unsigned char)*piece.p;

        if (c >= SEMR_OP_CAPTURE) {
            room += 3 * inserted(join->request, join->match, c).text.len;
        }
        piece = behind(piece, 1);
    }
    return room;
}

static apr_size_t room(const join_t *join, semr_view_t base)
{
    const semr_to_t *to = join->to;
    apr_size_t len = sizeof("/?&") + base.len + to->head.len + to->rest.len;

    if (to->inserts) {
        len += room_inserted(join, to->head) + room_inserted(join, to->rest) +
               3 * (to->tail ? join->match->tail.len : 0);
    }
    return to->drop_query ? len : len + 3 * join->request->query.len;
}

/* A slash at either end of what is inserted does not double one of TO's. */
static char *put_segments(join_t *join, semr_view_t text)
{
    const char *path = join->text + join->location->authority;

    while (text.len > 0 && *text.p == '/' && join->out > path &&
           join->out[-1] == '/') {
        text = behind(text, 1);
    }
    if (text.len > 0 && text.p[text.len - 1] == '/' && join->rest.len > 0 &&
        *join->rest.p == '/') {
        text.len--;
    }
    return put(join->out, text);
}

static void insert(join_t *join, int op)
{
    semr_capture_t what = inserted(join->request, join->match, op);
    int classes = join->section == QUERY ? SEMR_URL_VALUE : SEMR_URL_QUERY;

    if (join->section == PATH) {
        join->decoded |= what.decoded != 0;
        join->out = what.decoded
                        ? semr_url_escape(join->out, what.text, SEMR_URL_PCHAR)
                        : put_segments(join, what.text);
    }
    else {
        join->out = what.decoded
                        ? semr_url_escape(join->out, what.text, classes)
                        : semr_url_encode(join->out, what.text, classes);
    }
}

/* The labels are what a client sent: nothing else may come with them. */
static void insert_labels(join_t *join)
{
    semr_view_t labels = join->match->labels;
    apr_size_t i;

    join->failed |= labels.len == 0;
    for (i = 0; i < labels.len; ++i) {
        if (!(semr_url_class[(unsigned char)labels.p[i]] & SEMR_URL_HOST)) {
            join->failed = 1;
            return;
        }
    }
    join->out = put(join->out, labels);
}

enum { EMPTY_SEGMENT = 1, DOT_SEGMENT = 2 };

/* What there is in a path that a canonical one has not; the last segment may
 * be empty. */
static int odd_segments(const char *path, apr_size_t len)
{
    const char *end = path + len, *next;
    int odd = 0;

    for (; path < end; path = next) {
        apr_size_t size;

        ++path;
        next = memchr(path, '/', end - path);
        next = next ? next : end;
        size = next - path;
        if (size == 0 && next < end) {
            odd |= EMPTY_SEGMENT;
        }
        if ((size == 1 || size == 2) && path[0] == '.' &&
            path[size - 1] == '.') {
            odd |= DOT_SEGMENT;
        }
    }
    return odd;
}

/* Whatever was inserted, the path begins with one slash, for two of them would
 * name a host, and has no dot segment.  What empty segments mean on another
 * host is for that host to say. */
static void close_path(join_t *join)
{
    char *path = join->text + join->location->authority;
    apr_size_t len = join->out - path;
    int ours = join->to->form != SEMR_TO_AUTHORITY, odd;

    if (len == 0 || *path != '/') {
        memmove(path + 1, path, len);
        *path = '/';
        ++len;
    }
    while (ours && len > 1 && path[1] == '/') {
        memmove(path, path + 1, --len);
    }
    odd = join->to->inserts || !ours ? odd_segments(path, len) : 0;
    if (odd & DOT_SEGMENT) {
        join->failed |= join->decoded;
        len = semr_url_squeeze(path, len, ours);
    }
    join->location->squeezable = odd & EMPTY_SEGMENT;
    join->out = path + len;
    join->location->path_end = join->out - join->text;
}

static int is_named(semr_request_t *request, const semr_names_t *names,
                    semr_view_t name)
{
    int i;

    if (names == NULL || names->count == 0) {
        return 0;
    }
    if (names->fold) {
        name = semr_url_fold(request->pool, name);
    }
    for (i = 0; i < names->count; ++i) {
        if (semr_view_equal(names->names[i], name)) {
            return 1;
        }
    }
    return 0;
}

/* The names of the parameters that TO has itself. */
static semr_names_t own_names(apr_pool_t *pool, semr_view_t query)
{
    semr_view_t rest = query, text, name, value, *list = NULL;
    semr_names_t names = {NULL, 0, 0};

    while (semr_url_next_param(&rest, &text, &name, &value)) {
        ++names.count;
    }
    if (names.count > 0) {
        names.names = list = apr_palloc(pool, names.count * sizeof(*list));
        while (semr_url_next_param(&query, &text, &name, &value)) {
            *list++ = semr_url_param(pool, name);
        }
    }
    return names;
}

/* Appends the client's parameters, but those that FROM or TO names. */
static void carry_params(join_t *join, semr_view_t own)
{
    semr_request_t *request = join->request;
    semr_names_t names = own_names(request->pool, own);
    const char *begin = join->text + join->location->path_end;
    int i, count = semr_request_params(request);

    for (i = 0; i < count; ++i) {
        const semr_query_param_t *param = &request->params[i];

        if (!is_named(request, join->from_names, param->name) &&
            !is_named(request, &names, param->name)) {
            *join->out = join->out == begin ? '?' : '&';
            join->out = semr_url_safe_query(join->out + 1, param->text);
        }
    }
}

static void close_query(join_t *join)
{
    semr_view_t query = join->request->query;
    char *begin = join->text + join->location->path_end;
    semr_view_t own = semr_view(NULL, 0);

    if (join->out > begin + 1) {
        own = semr_view(begin + 1, join->out - begin - 1);
    }
    else {
        join->out = begin; /* a lone question mark says nothing */
    }
    if (!join->to->drop_query && query.len > 0) {
        if (own.len > 0 || (join->from_names && join->from_names->count > 0)) {
            carry_params(join, own);
        }
        else {
            *join->out = '?';
            join->out = semr_url_safe_query(join->out + 1, query);
        }
    }
    join->location->query_end = join->out - join->text;
}

/* Goes on to a later section, through those between. */
static void enter(join_t *join, section_t section)
{
    if (join->section == AUTHORITY) {
        join->location->authority = join->out - join->text;
        join->section = PATH;
    }
    if (join->section == PATH && section > PATH) {
        close_path(join);
        join->section = QUERY;
    }
    if (join->section == QUERY && section > QUERY) {
        close_query(join);
        join->section = FRAGMENT;
    }
}

/* Takes scheme and authority off a template, whose first piece holds them. */
static semr_view_t feed_authority(join_t *join, semr_view_t piece)
{
    apr_size_t len = sizeof("http://") - 1 + (piece.p[4] == 's');
    const char *slash;

    join->out = put(join->out, semr_view(piece.p, len));
    piece = behind(piece, len);
    if ((unsigned char)*piece.p == SEMR_OP_LABELS) {
        insert_labels(join);
        piece = behind(piece, 1);
    }
    slash = memchr(piece.p, '/', piece.len);
    len = slash ? (apr_size_t)(slash - piece.p) : piece.len;
    join->out = put(join->out, semr_view(piece.p, len));
    return behind(piece, len);
}

static void feed(join_t *join, semr_view_t piece, semr_view_t next)
{
    while (piece.len > 0) {
        apr_size_t len = join->to->plain ? piece.len : plain_len(piece);
        int c;

        join->out = put(join->out, semr_view(piece.p, len));
        piece = behind(piece, len);
        if (piece.len == 0) {
            break;
        }
        c = (unsigned char)*piece.p;
        piece = behind(piece, 1);
        join->rest = piece.len > 0 ? piece : next;
        if (c >= SEMR_OP_CAPTURE) {
            insert(join, c);
            continue;
        }
        enter(join, c == '?' ? QUERY : FRAGMENT);
        *join->out++ = (char)c; /* a second question mark enters nothing */
    }
}

void semr_location_plain(semr_location_t *location, semr_request_t *request,
                         semr_view_t head, semr_view_t rest)
{
    apr_size_t len = head.len + rest.len;
    char *text = semr_request_room(request, len + 1);

    *put(put(text, head), rest) = '\0';
    semr_request_keep(request, text, len + 1);
    location->text = text;
    location->authority = 0;
    location->path_end = location->query_end = len;
    location->squeezable = 0;
}

/* Most rules: TO as it stands, and no query to carry. */
static int join_plain(semr_location_t *location, semr_request_t *request,
                      const semr_to_t *to)
{
    const apr_size_t skip = sizeof("https://") - 1;

    semr_location_plain(location, request, to->head, to->rest);
    if (to->form == SEMR_TO_AUTHORITY) {
        const char *slash =
            memchr(location->text + skip, '/', location->path_end - skip);

        location->authority = (apr_size_t)(slash - location->text);
    }
    return 1;
}

static int join_pieces(semr_location_t *location, semr_request_t *request,
                       const semr_to_t *to, const semr_match_t *match,
                       const semr_names_t *from_names, semr_view_t base)
{
    static const char tail_op[] = {(char)SEMR_OP_TAIL};
    join_t join = {.location = location,
                   .request = request,
                   .to = to,
                   .match = match,
                   .from_names = from_names};
    semr_view_t head = to->head;
    semr_view_t tail = semr_view(tail_op, to->tail);

    join.text = semr_request_room(request, room(&join, base));
    join.out = join.text;
    if (to->form == SEMR_TO_AUTHORITY) {
        head = feed_authority(&join, head);
    }
    else {
        join.out = put(join.out, base);
    }
    enter(&join, PATH);
    feed(&join, head, to->rest.len ? to->rest : tail);
    feed(&join, to->rest, tail);
    feed(&join, tail, semr_view(NULL, 0));
    enter(&join, FRAGMENT);
    *join.out++ = '\0';
    semr_request_keep(request, join.text, (apr_size_t)(join.out - join.text));
    location->text = join.text;
    return !join.failed;
}

/* Whether the client's query has nothing that FROM did not ask for */
static int carries_nothing(semr_request_t *request, const semr_names_t *names)
{
    int i, count;

    if (names == NULL || names->count == 0) {
        return 0;
    }
    count = semr_request_params(request);
    for (i = 0; i < count; ++i) {
        if (!is_named(request, names, request->params[i].name)) {
            return 0;
        }
    }
    return 1;
}

int semr_location_join(semr_location_t *location, semr_request_t *request,
                       const semr_to_t *to, const semr_match_t *match,
                       const semr_names_t *from_names, semr_view_t base)
{
    if (to->plain &&
        (request->query.len == 0 || to->drop_query ||
         carries_nothing(request, from_names)) &&
        (to->form == SEMR_TO_AUTHORITY ||
         (to->form == SEMR_TO_PATH && base.len == 0))) {
        return join_plain(location, request, to);
    }
    return join_pieces(location, request, to, match, from_names, base);
}
