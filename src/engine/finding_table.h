/* SPDX-License-Identifier: Apache-2.0
 * The findings: what a check of a whole set of rules may tell.
 *
 * X(id, number, severity, name, what happens, the mend): the code is "SEMR" and
 * the number, and neither it nor the name ever gets another meaning.  Numbers:
 * 1xx loops and chains, 2xx rules that never win or never match, 3xx answers
 * and methods, 4xx caching and dates, 5xx hosts and safety; none of them is a
 * status code that a rule may have.
 */
#ifndef SEMR_FINDING_TABLE_H
#define SEMR_FINDING_TABLE_H

#define SEMR_FINDINGS_OF_CHAINS(X)                                             \
    X(LOOP, 101, ERROR, "loop", "The rules lead in a circle.",                 \
      "Let one of them lead out of the circle, or delete it.")                 \
    X(INTO_LOOP, 102, ERROR, "into-loop", "The rule leads into a circle.",     \
      "Break the circle, or send this rule elsewhere.")                        \
    X(CHAIN, 103, INFO, "chain",                                               \
      "The rule takes several hops; the client is sent to the end at once.",   \
      "Nothing must be done; TO may name the end itself.")                     \
    X(CHAIN_KEPT, 104, WARNING, "chain-kept",                                  \
      "The client is redirected several times for one URL.",                   \
      "Let TO name the end, or drop SemanticRedirectChains keep.")             \
    X(CHAIN_DIFFERS, 105, WARNING, "chain-differs",                            \
      "The next rule says something else, so the client asks once more.",      \
      "Give both rules the same intent, or let TO name the end.")              \
    X(CHAIN_LONG, 106, WARNING, "chain-long",                                  \
      "The chain has more than ten hops; the client is sent on its way at "    \
      "the tenth.",                                                            \
      "Let TO name the end.")                                                  \
    X(GONE_TARGET, 107, ERROR, "gone-target",                                  \
      "The rule leads to a URL that another rule declares gone.",              \
      "Say gone here too, or name a TO that is there.")                        \
    X(SWALLOWED, 108, WARNING, "swallowed",                                    \
      "A wider rule sends TO on to its one page, so TO itself is never "       \
      "reached.",                                                              \
      "Make an exception with none for TO, or narrow the wider rule.")         \
    X(SELF, 109, WARNING, "self",                                              \
      "The rule only repeats the URL that was asked for, so it is never "      \
      "sent.",                                                                 \
      "Correct TO, say none, or delete the rule.")                             \
    X(UNCHECKED, 110, INFO, "unchecked",                                       \
      "Chains of some rules were not followed, for too many patterns stand "   \
      "in their way.",                                                         \
      "Let patterns and regexes begin with literal text.")                     \
    X(SELF_HERE, 111, INFO, "self-here",                                       \
      "On the server's own name the page would be sent to itself, so the "     \
      "rule moves other names or http alone.",                                 \
      "Nothing must be done if that is meant; else correct TO.")

#define SEMR_FINDINGS_OF_MATCHES(X)                                            \
    X(DUPLICATE, 201, INFO, "duplicate",                                       \
      "An earlier rule says the same, so this one is never used.",             \
      "Delete one of them.")                                                   \
    X(CONTRADICTION, 202, ERROR, "contradiction",                              \
      "An earlier rule for the same URL says something else, and wins.",       \
      "Delete the one that is wrong.")                                         \
    X(HIDDEN, 203, WARNING, "hidden",                                          \
      "Another rule takes all that this one asks for, and is tried first.",    \
      "Write this rule before the other, narrow the other, or delete this.")   \
    X(QUERY_IN_PATH, 204, WARNING, "query-in-path",                            \
      "A path holds no query, so this matches only a \"?\" that was asked "    \
      "for as %3F.",                                                           \
      "Name parameters in FROM as in /page?id=5; a regex cannot see them.")    \
    X(NOT_ANCHORED, 205, WARNING, "not-anchored",                              \
      "The regex matches anywhere in a path.",                                 \
      "Begin it with ^, or with .* if that is meant.")                         \
    X(OPEN_END, 206, WARNING, "open-end",                                      \
      "The regex matches longer names that begin alike, too.",                 \
      "End it with $ or (/.*)?$, or write the tree as FROM/*.")                \
    X(ENCODED_REGEX, 207, WARNING, "encoded-regex",                            \
      "A regex sees the path decoded, so %XX in it matches nothing.",          \
      "Write the byte itself, or \\xXX.")                                      \
    X(SLASH_ALONE, 208, INFO, "slash-alone",                                   \
      "The rule moves this one page, and nothing below it.",                   \
      "Was /* meant? Else leave the slash out, or add slash=exact.")           \
    X(NO_METHOD, 209, WARNING, "no-method",                                    \
      "The rule answers none of the methods that it is for.",                  \
      "Correct only= or method=.")                                             \
    X(METHOD_CASE, 210, WARNING, "method-case",                                \
      "Methods are case-sensitive, and clients send them in capitals.",        \
      "Write the method in capitals, as in only=GET.")

#define SEMR_FINDINGS_OF_ANSWERS(X)                                            \
    X(METHOD_LOSS, 311, ERROR, "method-loss",                                  \
      "Clients repeat a POST as a GET after the pinned code, and its body "    \
      "is lost.",                                                              \
      "Leave code= out, or add only=GET.")                                     \
    X(EMPTY_BODY, 312, ERROR, "empty-body",                                    \
      "Some clients repeat these methods without a body after the pinned "     \
      "code, others as a GET.",                                                \
      "Leave code= out: 308 or 307 keeps method and body.")                    \
    X(NEW_CODE, 313, INFO, "new-code",                                         \
      "Older clients do not follow the pinned code on GET.",                   \
      "Leave code= out: GET gets 301 or 302, other methods 308 or 307.")       \
    X(OTHER_CODE, 314, WARNING, "other-code",                                  \
      "The pinned code says something else than the intent.",                  \
      "Say the intent that is meant, and leave code= out.")                    \
    X(SEE_OTHER_DAV, 315, WARNING, "see-other-dav",                            \
      "A 303 turns methods of WebDAV into GET, which no client of it "         \
      "expects.",                                                              \
      "Say permanent or temporary, or leave these methods out.")               \
    X(UNSAFE_BY_GET, 316, WARNING, "unsafe-by-get",                            \
      "The client does a GET there, and TO looks like an action.",             \
      "Let TO be a page that shows the result.")                               \
    X(GIT_PARTIAL, 317, ERROR, "git-partial",                                  \
      "git asks for info/refs first, and that is not redirected.",             \
      "Redirect the whole repository: /repo.git/* without only=.")             \
    X(QUERY_DROPPED, 318, INFO, "query-dropped",                               \
      "A whole tree loses its query; git, searches and APIs need it.",         \
      "Leave query=drop and the final ? of TO out, if it is not meant.")       \
    X(MANY_TO_ONE, 319, INFO, "many-to-one",                                   \
      "Many pages lead to one front page, which search engines take for "      \
      "pages not found.",                                                      \
      "Name the page that took over, or say gone.")

#define SEMR_FINDINGS_OF_TIME(X)                                               \
    X(BARE_CACHEABLE, 411, ERROR, "bare-cacheable",                            \
      "Without Cache-Control browsers keep the answer as long as they like.",  \
      "Give a max-age=; a day is the default.")                                \
    X(UNSTAGED, 412, WARNING, "unstaged",                                      \
      "A mistake stays in caches for longer than a day.",                      \
      "Begin with a day, or add settles= with a date.")                        \
    X(ENDED, 413, WARNING, "ended", "The rule has ended, and does nothing.",   \
      "Delete it, or correct ends=.")                                          \
    X(SETTLED, 414, INFO, "settled", "The rule has settled.",                  \
      "settles= may go.")                                                      \
    X(NEVER_SETTLES, 415, WARNING, "never-settles",                            \
      "The rule ends before it settles, so it is never more than a trial.",    \
      "Correct settles= or ends=.")                                            \
    X(PUBLIC_PERSONAL, 416, ERROR, "public-personal",                          \
      "The condition is about one client, and caches give the answer to "      \
      "others.",                                                               \
      "Add max-age=0, or say temporary.")

#define SEMR_FINDINGS_OF_SAFETY(X)                                             \
    X(DOWNGRADE, 511, ERROR, "downgrade",                                      \
      "Clients that came by https are sent to http.",                          \
      "Write https in TO, or leave scheme and host out.")                      \
    X(HTTP_TARGET, 512, WARNING, "http-target",                                \
      "Clients that came by https are sent to another host by http.",          \
      "Write https in TO if that host speaks it.")                             \
    X(BODIES_ELSEWHERE, 513, WARNING, "bodies-elsewhere",                      \
      "Bodies and headers such as API keys are sent on to another host, and "  \
      "streamed uploads arrive there empty.",                                  \
      "Add only=GET or method=pass, if that is not meant.")                    \
    X(SECRETS_ELSEWHERE, 514, WARNING, "secrets-elsewhere",                    \
      "The query of such a page may hold a token, and goes to another host.",  \
      "Add query=drop.")                                                       \
    X(PLAINTEXT, 515, WARNING, "plaintext",                                    \
      "What is posted there has crossed the network in the clear before it "   \
      "is redirected.",                                                        \
      "Add only=GET, and see that forms name https themselves.")               \
    X(ACME, 516, WARNING, "acme",                                              \
      "Certificate authorities ask there, and certificates will not renew.",   \
      "Delete it, unless the other place answers the challenge.")

#define SEMR_FINDINGS(X)                                                       \
    SEMR_FINDINGS_OF_CHAINS(X)                                                 \
    SEMR_FINDINGS_OF_MATCHES(X)                                                \
    SEMR_FINDINGS_OF_ANSWERS(X)                                                \
    SEMR_FINDINGS_OF_TIME(X)                                                   \
    SEMR_FINDINGS_OF_SAFETY(X)

#endif
