/* SPDX-License-Identifier: Apache-2.0
 * Values that are words: intents, stages, durations, dates (RFC 3339).
 */
#include <string.h>

#include <apr_strings.h>

#include "rule_parts.h"

enum { MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 365 * DAY };

#define DURATION_MAX (APR_INT64_C(100) * YEAR)

static const char *const intents[SEMR_INTENTS] = {
    [SEMR_PERMANENT] = "permanent", [SEMR_TEMPORARY] = "temporary",
    [SEMR_SEE_OTHER] = "see-other", [SEMR_GONE] = "gone",
    [SEMR_NONE] = "none",
};

static const char *const stages[SEMR_STAGES] = {
    [SEMR_OFF] = "off",
    [SEMR_OBSERVE] = "observe",
    [SEMR_TRIAL] = "trial",
    [SEMR_LIVE] = "live",
};

const char *semr_intent_name(semr_intent_t intent)
{
    return intents[intent];
}

const char *semr_stage_name(semr_stage_t stage)
{
    return stages[stage];
}

int semr_intent_parse(semr_view_t word)
{
    int i;

    /* as most are written: .htaccess is read anew for each request */
    if (word.len == 9 && memcmp(word.p, "permanent", 9) == 0) {
        return SEMR_PERMANENT;
    }
    for (i = 0; i < SEMR_INTENTS && word.len > 0; i++) {
        if ((word.p[0] | 0x20) == intents[i][0] &&
            semr_words_equal(word, intents[i])) {
            return i;
        }
    }
    if (semr_words_equal(word, "temp")) {
        return SEMR_TEMPORARY;
    }
    return semr_words_equal(word, "seeother") ? SEMR_SEE_OTHER : -1;
}

int semr_stage_parse(semr_view_t word)
{
    int i;

    for (i = 0; i < SEMR_STAGES; i++) {
        if (semr_words_equal(word, stages[i])) {
            return i;
        }
    }
    return -1;
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int duration_unit(char c)
{
    switch (c) {
    case 's':
        return 1;
    case 'm':
        return MINUTE;
    case 'h':
        return HOUR;
    case 'd':
        return DAY;
    case 'y':
        return YEAR;
    }
    return 0;
}

apr_status_t semr_duration_parse(semr_view_t word, apr_int64_t *seconds)
{
    apr_int64_t number = 0, unit = 1;
    apr_size_t at = 0;

    if (semr_words_equal(word, "none")) {
        *seconds = SEMR_MAX_AGE_NONE;
        return APR_SUCCESS;
    }
    while (at < word.len && is_digit(word.p[at])) {
        number = 10 * number + (word.p[at++] - '0');
        if (number > APR_INT64_MAX / 10 - YEAR) {
            return APR_EINVAL;
        }
    }
    if (at == 0) {
        return APR_EINVAL;
    }
    if (at < word.len && (unit = duration_unit(word.p[at++])) == 0) {
        return APR_EINVAL;
    }
    if (at != word.len) {
        return APR_EINVAL;
    }
    *seconds = number > DURATION_MAX / unit ? DURATION_MAX : number * unit;
    return APR_SUCCESS;
}

const char *semr_duration_show(apr_pool_t *pool, apr_int64_t seconds)
{
    static const struct {
        int seconds;
        char name;
    } units[] = {{YEAR, 'y'}, {DAY, 'd'}, {HOUR, 'h'}, {MINUTE, 'm'}};
    apr_size_t i;

    if (seconds == SEMR_MAX_AGE_NONE) {
        return "none";
    }
    if (seconds == 0) {
        return "0";
    }
    for (i = 0; i < sizeof(units) / sizeof(*units); i++) {
        if (seconds % units[i].seconds == 0) {
            return apr_psprintf(pool, "%" APR_INT64_T_FMT "%c",
                                seconds / units[i].seconds, units[i].name);
        }
    }
    return apr_psprintf(pool, "%" APR_INT64_T_FMT "s", seconds);
}

/* Takes the number of exactly count digits off *text; -1: there is none. */
static int take_number(semr_view_t *text, int count)
{
    int number = 0;

    if (text->len < (apr_size_t)count) {
        return -1;
    }
    text->len -= (apr_size_t)count;
    while (count-- > 0) {
        if (!is_digit(*text->p)) {
            return -1;
        }
        number = 10 * number + (*text->p++ - '0');
    }
    return number;
}

/* Takes one byte, which has to be one of set, off *text; 0: it is not. */
static char take_byte(semr_view_t *text, const char *set)
{
    for (; text->len > 0 && *set; set++) {
        if (*text->p == *set) {
            text->p++;
            text->len--;
            return *set;
        }
    }
    return 0;
}

/* Days from 1970-01-01 to a date of the Gregorian calendar; years are counted
 * from March, so that the leap day is their last. */
static apr_int64_t days_of(int year, int month, int day)
{
    apr_int64_t y = month > 2 ? year : year - 1;
    int m = month > 2 ? month - 3 : month + 9;
    apr_int64_t era = (y >= 0 ? y : y - 399) / 400;
    apr_int64_t of_era = y - era * 400;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
           (153 * m + 2) / 5 + day - 1 - 719468;
}

static int days_in(int year, int month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* Takes "10:00:00.5Z" or "10:00:00+02:00" off *text, as seconds. */
static apr_status_t take_time(semr_view_t *text, apr_int64_t *seconds)
{
    int hour, minute, second, zone_hour = 0, zone_minute = 0;
    char sign;

    if ((hour = take_number(text, 2)) < 0 || hour > 23 ||
        !take_byte(text, ":") || (minute = take_number(text, 2)) < 0 ||
        minute > 59 || !take_byte(text, ":") ||
        (second = take_number(text, 2)) < 0 || second > 60) {
        return APR_EINVAL;
    }
    if (take_byte(text, ".")) {
        if (!take_byte(text, "0123456789")) {
            return APR_EINVAL;
        }
        while (take_byte(text, "0123456789")) {
        }
    }
    sign = take_byte(text, "Zz+-");
    if (sign == '+' || sign == '-') {
        if ((zone_hour = take_number(text, 2)) < 0 || zone_hour > 23 ||
            !take_byte(text, ":") || (zone_minute = take_number(text, 2)) < 0 ||
            zone_minute > 59) {
            return APR_EINVAL;
        }
    }
    *seconds =
        hour * HOUR + minute * MINUTE + second -
        (sign == '-' ? -1 : 1) * (zone_hour * HOUR + zone_minute * MINUTE);
    return sign ? APR_SUCCESS : APR_EINVAL;
}

apr_status_t semr_date_parse(semr_view_t word, apr_int64_t *seconds)
{
    int year, month, day;
    apr_int64_t time = 0;

    if ((year = take_number(&word, 4)) < 0 || !take_byte(&word, "-") ||
        (month = take_number(&word, 2)) < 1 || month > 12 ||
        !take_byte(&word, "-") || (day = take_number(&word, 2)) < 1 ||
        day > days_in(year, month)) {
        return APR_EINVAL;
    }
    if (word.len > 0 &&
        (!take_byte(&word, "Tt ") || take_time(&word, &time) != APR_SUCCESS)) {
        return APR_EINVAL;
    }
    *seconds = days_of(year, month, day) * DAY + time;
    if (word.len > 0 || *seconds < days_of(0, 1, 1) * DAY ||
        *seconds >= days_of(10000, 1, 1) * DAY) {
        return APR_EINVAL;
    }
    return APR_SUCCESS;
}

const char *semr_date_show(apr_pool_t *pool, apr_int64_t seconds)
{
    apr_int64_t day = seconds / DAY - (seconds % DAY < 0);
    int time = (int)(seconds - day * DAY);
    int year = (int)(1970 + day * 400 / 146097), month = 12;

    while (days_of(year, 1, 1) > day) {
        year--;
    }
    while (days_of(year + 1, 1, 1) <= day) {
        year++;
    }
    while (days_of(year, month, 1) > day) {
        month--;
    }
    day -= days_of(year, month, 1) - 1;
    if (time == 0) {
        return apr_psprintf(pool, "%04d-%02d-%02d", year, month, (int)day);
    }
    return apr_psprintf(pool, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month,
                        (int)day, time / HOUR, time / MINUTE % 60, time % 60);
}
