/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler may ask of its call, and what it may put into the answer. */
#include "http/route.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"

const char *http_param(const struct http_call *call, const char *name)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (strcmp(call->params[i].name, name) == 0)
            return call->params[i].value.data;
    assert(!"the route has this parameter");
    return NULL;
}

int64_t http_param_integer(const struct http_call *call, const char *name)
{
    int64_t value = 0;
    int result = text_to_int64(text_of(http_param(call, name)), &value, NULL);
    assert(result == 0); /* the router checked it */
    return value;
}

const char *http_header_find(const struct http_call *call, const char *name)
{
    for (size_t i = 0; i < call->header_count; i++)
        if (strcasecmp(call->headers[i].name, name) == 0)
            return call->headers[i].value;
    return NULL;
}

size_t http_cookie_find(const struct http_call *call, const char *name, struct text *ret)
{
    size_t count = 0, name_length = strlen(name);
    for (const char *at = http_header_find(call, "Cookie"); at && *at;) {
        at += strspn(at, " \t;");
        size_t length = strcspn(at, ";");
        if (length > name_length && memcmp(at, name, name_length) == 0 && at[name_length] == '=' && count++ == 0)
            *ret = (struct text){at + name_length + 1, length - name_length - 1};
        at += length;
    }
    return count;
}

static void cookie_add(struct http_call *call, const char *name, const char *value, int64_t age_s, const char *more)
{
    bool is_https = call->scheme && strcmp(call->scheme, "https") == 0;
    assert(call->reply_header_count < HTTP_REPLY_HEADERS_MAX);
    call->reply_headers[call->reply_header_count++] =
        (struct http_header){"Set-Cookie", arena_printf(call->arena, "%s=%s; Path=/; Max-Age=%lld; %s%s", name, value,
                                                        (long long)age_s, more, is_https ? "; Secure" : "")};
}

void http_set_session(struct http_call *call, const char *secret, int64_t age_s)
{
    /* Strict: it comes along with no request that another site's page or link began. */
    cookie_add(call, HTTP_SESSION_COOKIE, secret ? secret : "", secret ? age_s : 0, "HttpOnly; SameSite=Strict");
    cookie_add(call, HTTP_SIGNED_IN_COOKIE, secret ? "1" : "", secret ? age_s : 0, "HttpOnly; SameSite=Lax");
}

/* RFC 9110 section 12.5.3; "*" is taken for no promise. */
bool http_accepts_coding(const struct http_call *call, const char *coding)
{
    const char *list = http_header_find(call, "Accept-Encoding");
    size_t wanted = strlen(coding);
    while (list && *list) {
        list += strspn(list, " \t,");
        size_t item = strcspn(list, ","), name = strcspn(list, " \t,;");
        if (name == wanted && strncasecmp(list, coding, name) == 0) {
            struct text weight = {list + name, item - name};
            const char *q = memmem(weight.data, weight.length, "q=0", 3);
            return !q || strspn(q + 2, "0.") < strcspn(q + 2, " \t,;");
        }
        list += item;
    }
    return false;
}

/* Finds the parameter and marks it as known. Returns 1 when it is there, 0 when not, -1 with QUERY_DUPLICATE. */
static int query_take(struct http_call *call, const char *name, struct text *ret, struct error *error)
{
    int found = 0;
    for (size_t i = 0; i < call->query_count; i++) {
        if (!text_is(call->queries[i].name, name))
            continue;
        if (found) {
            error_set(error, ERROR_QUERY_DUPLICATE, "the query parameter \"%s\" occurs twice", name);
            return error_at(error, "query %s", name);
        }
        call->queries[i].used = true;
        *ret = call->queries[i].value;
        found = 1;
    }
    return found;
}

static int query_bad(struct error *error, const char *name, const char *wanted)
{
    error_set(error, ERROR_QUERY_VALUE, "the query parameter \"%s\" must be %s", name, wanted);
    return error_at(error, "query %s", name);
}

int http_query_text(struct http_call *call, const char *name, size_t bytes_max, const char *fallback, const char **ret,
                    struct error *error)
{
    struct text value;
    int found = query_take(call, name, &value, error);
    if (found < 0)
        return -1;
    if (found && value.length > bytes_max)
        return query_bad(error, name, "shorter");
    *ret = found ? value.data : fallback;
    return 0;
}

int http_query_integer(struct http_call *call, const char *name, int64_t minimum, int64_t maximum, int64_t fallback,
                       int64_t *ret, struct error *error)
{
    struct text value;
    int64_t number = fallback;
    int found = query_take(call, name, &value, error);
    if (found < 0)
        return -1;
    if (found && (text_to_int64(value, &number, NULL) < 0 || number < minimum || number > maximum)) {
        char wanted[80];
        snprintf(wanted, sizeof wanted, "an integer from %lld to %lld", (long long)minimum, (long long)maximum);
        return query_bad(error, name, wanted);
    }
    *ret = number;
    return 0;
}

int http_query_boolean(struct http_call *call, const char *name, bool fallback, bool *ret, struct error *error)
{
    static const char *const choices[] = {"false", "true", NULL};
    int choice;
    if (http_query_choice(call, name, choices, fallback, &choice, error) < 0)
        return -1;
    *ret = choice == 1;
    return 0;
}

int http_query_choice(struct http_call *call, const char *name, const char *const *choices, int fallback, int *ret,
                      struct error *error)
{
    struct text value;
    int found = query_take(call, name, &value, error);
    if (found < 0)
        return -1;
    if (!found) {
        *ret = fallback;
        return 0;
    }
    char wanted[200] = "one of";
    for (int i = 0; choices[i]; i++) {
        if (text_is(value, choices[i])) {
            *ret = i;
            return 0;
        }
        size_t used = strlen(wanted);
        snprintf(wanted + used, sizeof wanted - used, "%s %s", i ? "," : "", choices[i]);
    }
    return query_bad(error, name, wanted);
}

int http_query_id(struct http_call *call, const char *name, const char *prefix, const char **ret, struct error *error)
{
    struct text value;
    int found = query_take(call, name, &value, error);
    if (found < 0)
        return -1;
    if (found && !id_is(value, prefix)) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "an id that begins with \"%s\"", prefix);
        return query_bad(error, name, wanted);
    }
    *ret = found ? value.data : NULL;
    return 0;
}

int http_query_done(const struct http_call *call, struct error *error)
{
    for (size_t i = 0; i < call->query_count; i++) {
        if (call->queries[i].used)
            continue;
        struct text name = text_clip(call->queries[i].name, 40);
        error_set(error, ERROR_QUERY_UNKNOWN, "the query parameter \"%.*s\" is not known here", TEXT_ARG(name));
        return error_at(error, "query %.*s", TEXT_ARG(name));
    }
    return 0;
}

static bool is_header_safe(const char *value)
{
    for (; *value; value++)
        if ((unsigned char)*value < 0x20 || *value == 0x7f)
            return false;
    return true;
}

void http_set_header(struct http_call *call, const char *name, const char *value)
{
    assert(is_header_safe(name));
    assert(is_header_safe(value)); /* a line break would be a second header */
    const char *copy = arena_copy(call->arena, text_of(value));
    for (size_t i = 0; i < call->reply_header_count; i++)
        if (strcasecmp(call->reply_headers[i].name, name) == 0) {
            call->reply_headers[i].value = copy;
            return;
        }
    assert(call->reply_header_count < HTTP_REPLY_HEADERS_MAX);
    call->reply_headers[call->reply_header_count++] =
        (struct http_header){arena_copy(call->arena, text_of(name)), copy};
}

void http_set_etag(struct http_call *call, int64_t version)
{
    char value[32];
    snprintf(value, sizeof value, "\"%lld\"", (long long)version);
    http_set_header(call, "ETag", value);
}

void http_set_body(struct http_call *call, const char *content_type, struct text body)
{
    call->content_type = content_type;
    call->raw_body = body;
    call->has_raw_body = true;
}

void http_set_static_body(struct http_call *call, const char *content_type, struct text body)
{
    assert(call->route->mode == HTTP_MODE_PLAIN);
    http_set_body(call, content_type, body);
    call->is_static = true;
}

void http_set_file(struct http_call *call, const char *content_type, const char *path)
{
    assert(call->route->mode == HTTP_MODE_PLAIN || call->route->mode == HTTP_MODE_READ);
    call->content_type = content_type;
    call->file_path = arena_copy(call->arena, text_of(path));
}

/* If-Match: * or a list of entity tags; ours are quoted decimals, compared strongly (RFC 9110 section 13.1.1). */
static bool etag_listed(const char *list, int64_t version)
{
    char wanted[32];
    int length = snprintf(wanted, sizeof wanted, "\"%lld\"", (long long)version);
    while (*list) {
        list += strspn(list, " \t,");
        if (*list == '*')
            return true;
        size_t item = strcspn(list, " \t,");
        if (item == (size_t)length && memcmp(list, wanted, item) == 0)
            return true;
        list += item;
    }
    return false;
}

int http_check_if_match(const struct http_call *call, bool required, int64_t version, struct error *error)
{
    const char *list = http_header_find(call, "If-Match");
    if (!list && !required)
        return 0;
    if (!list) {
        error_set(error, ERROR_PRECONDITION_REQUIRED, "two parties may act at once here: If-Match is required");
        error_hint(error, "send the ETag of what you last read as If-Match");
        return error_at(error, "header If-Match");
    }
    if (etag_listed(list, version))
        return 0;
    error_set(error, ERROR_PRECONDITION_FAILED, "it has changed since you read it; its version is now %lld",
              (long long)version);
    error_hint(error, "read it again and decide afresh");
    return error_at(error, "header If-Match");
}
