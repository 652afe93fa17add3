/* SPDX-License-Identifier: Apache-2.0 */
/* "bytes=FIRST-LAST", "bytes=FIRST-" and "bytes=-COUNT". */
#include "http/range.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Decimal digits up to the end or a mark. Too many digits for a file of ours are a very large number. */
static bool number_read(const char **text, uint64_t *ret)
{
    uint64_t value = 0;
    const char *at = *text;
    for (; *at >= '0' && *at <= '9'; at++)
        value = value > UINT64_MAX / 100 ? UINT64_MAX / 10 : 10 * value + (uint64_t)(*at - '0');
    bool some = at != *text;
    *text = at;
    *ret = value;
    return some;
}

enum range_outcome range_read(const char *header, uint64_t size, struct range *ret)
{
    static const char unit[] = "bytes=";
    if (!header || strncasecmp(header, unit, sizeof unit - 1) != 0)
        return RANGE_WHOLE;
    uint64_t first, last;
    const char *at = header + sizeof unit - 1;
    bool has_first = number_read(&at, &first);
    if (*at++ != '-')
        return RANGE_WHOLE;
    bool has_last = number_read(&at, &last);
    if (*at || (!has_first && !has_last) || (has_first && has_last && last < first))
        return RANGE_WHOLE;
    if (!has_first && (last == 0 || size == 0))
        return RANGE_BEYOND;
    if (!has_first) { /* so many bytes at the end */
        ret->length = last < size ? last : size;
        ret->first = size - ret->length;
        return RANGE_PART;
    }
    if (first >= size)
        return RANGE_BEYOND;
    uint64_t left = size - first;
    ret->first = first;
    ret->length = has_last && last - first < left ? last - first + 1 : left;
    return RANGE_PART;
}
