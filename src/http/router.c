/* SPDX-License-Identifier: Apache-2.0 */
/* The routes table cut into segments once; a request is then compared segment by segment, literals before parameters. */
#include "http/router.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define SEGMENTS_MAX 10

enum param_kind { PARAM_ID, PARAM_NAME, PARAM_INTEGER };

struct param_type {
    const char *name;
    enum param_kind kind;
    const char *prefix;
};
static const struct param_type param_types[] = {
#define PATH_PARAM(name, kind, prefix) {name, PARAM_##kind, prefix},
#include "http/path_params.def"
#undef PATH_PARAM
};

struct segment {
    struct text literal;
    const struct param_type *param; /* NULL for a literal */
};
struct entry {
    const struct http_route *route;
    struct segment segments[SEGMENTS_MAX];
    size_t segment_count, param_count;
};
struct router {
    size_t count;
    struct entry entries[];
};

static const struct param_type *param_type_of(struct text name)
{
    for (size_t i = 0; i < sizeof param_types / sizeof param_types[0]; i++)
        if (text_is(name, param_types[i].name))
            return &param_types[i];
    return NULL;
}

/* Cuts "/a/b" into segments. Returns the count, or -1 when there are too many. "/" has one empty segment. */
static int split(struct text path, struct text segments[static SEGMENTS_MAX])
{
    int count = 0;
    size_t start = 1;
    for (size_t at = 1; at <= path.length; at++) {
        if (at < path.length && path.data[at] != '/')
            continue;
        if (count == SEGMENTS_MAX)
            return -1;
        segments[count++] = (struct text){path.data + start, at - start};
        start = at + 1;
    }
    return count;
}

static void entry_init(struct entry *entry, const struct http_route *route)
{
    struct text parts[SEGMENTS_MAX];
    assert(route->path[0] == '/');
    assert(route->handler);
    int count = split(text_of(route->path), parts);
    assert(count > 0);
    *entry = (struct entry){.route = route, .segment_count = (size_t)count};
    for (int i = 0; i < count; i++) {
        entry->segments[i].literal = parts[i];
        if (parts[i].length < 3 || parts[i].data[0] != '{')
            continue;
        entry->segments[i].param = param_type_of((struct text){parts[i].data + 1, parts[i].length - 2});
        assert(entry->segments[i].param); /* a new kind of parameter is a row of path_params.def */
        entry->param_count++;
    }
    assert(entry->param_count <= HTTP_PARAMS_MAX);
}

struct router *router_new(const struct http_route *routes, size_t count)
{
    assert(routes || count == 0);
    struct router *router = calloc(1, sizeof *router + count * sizeof router->entries[0]);
    if (!router)
        abort();
    router->count = count;
    for (size_t i = 0; i < count; i++) {
        entry_init(&router->entries[i], &routes[i]);
        for (size_t before = 0; before < i; before++)
            assert(strcmp(routes[i].method, routes[before].method) != 0 ||
                   strcmp(routes[i].path, routes[before].path) != 0);
    }
    return router;
}

void router_free(struct router *router)
{
    free(router);
}

static bool entry_matches(const struct entry *entry, const struct text *parts, size_t count)
{
    if (entry->segment_count != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct segment *segment = &entry->segments[i];
        if (segment->param ? parts[i].length == 0 : !text_equal(segment->literal, parts[i]))
            return false;
    }
    return true;
}

static bool is_name(struct text value)
{
    if (value.length > 64)
        return false;
    for (size_t i = 0; i < value.length; i++) {
        char c = value.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
              c == '-'))
            return false;
    }
    return value.data[0] != '.';
}

static int check_param(const struct param_type *type, struct text value, struct error *error)
{
    int64_t number;
    bool good = false;
    switch (type->kind) {
    case PARAM_ID:
        good = id_is(value, type->prefix);
        break;
    case PARAM_NAME:
        good = is_name(value);
        break;
    case PARAM_INTEGER:
        good = text_to_int64(value, &number, NULL) == 0 && number >= 0;
        break;
    }
    if (good)
        return 0;
    error_set(error, ERROR_ID_MALFORMED, "the path's {%s} is malformed", type->name);
    error_at(error, "path %s", type->name);
    if (type->kind == PARAM_ID)
        return error_hint(error, "an id of this kind is \"%s\" and 26 characters", type->prefix);
    return -1;
}

static void allow_add(struct router_match *match, const char *method)
{
    size_t used = strlen(match->allow);
    if (strstr(match->allow, method))
        return;
    snprintf(match->allow + used, sizeof match->allow - used, "%s%s", used ? ", " : "", method);
    if (strcmp(method, "GET") == 0)
        allow_add(match, "HEAD");
}

static int found(const struct entry *entry, const struct text *parts, struct router_match *ret, struct error *error)
{
    ret->route = entry->route;
    for (size_t i = 0; i < entry->segment_count; i++) {
        const struct param_type *type = entry->segments[i].param;
        if (!type)
            continue;
        if (check_param(type, parts[i], error) < 0)
            return -1;
        ret->params[ret->param_count++] = (struct http_param){type->name, parts[i]};
    }
    return ROUTER_FOUND;
}

int router_match(const struct router *router, const char *method, struct text path, struct router_match *ret,
                 struct error *error)
{
    struct text parts[SEGMENTS_MAX];
    *ret = (struct router_match){0};
    int count = path.length > 0 && path.data[0] == '/' ? split(path, parts) : -1;
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    const struct entry *best = NULL;
    for (size_t i = 0; count > 0 && i < router->count; i++) {
        const struct entry *entry = &router->entries[i];
        if (!entry_matches(entry, parts, (size_t)count))
            continue;
        allow_add(ret, entry->route->method);
        if (strcmp(entry->route->method, wanted) == 0 && (!best || entry->param_count < best->param_count))
            best = entry;
    }
    if (!ret->allow[0])
        return ROUTER_NO_PATH;
    allow_add(ret, "OPTIONS");
    if (best)
        return found(best, parts, ret, error);
    return strcmp(method, "OPTIONS") == 0 ? ROUTER_OPTIONS : ROUTER_NO_METHOD;
}
