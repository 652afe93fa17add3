/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of uploads that nobody completes, of names that an upload left behind, and how many there are. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "service/claims/upload_file.h"
#include "service/claims/upload_row.h"

#define CLEAN_MAX 64

struct expired {
    char ids[CLEAN_MAX][ID_BYTES];
    int64_t limit, count;
};

static int expired_find(struct service_call *call, void *argument, struct error *error)
{
    struct expired *expired = argument;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_EXPIRED);
    query_bind_int(query, 1, call->now_us);
    query_bind_int(query, 2, expired->limit);
    int step;
    while ((step = query_step(query, error)) == 1)
        service_id_copy(expired->ids[expired->count++], query_text(query, 0));
    query_end(query);
    return step;
}

static int expired_delete(struct service_call *call, void *argument, struct error *error)
{
    const struct expired *expired = argument;
    for (int64_t i = 0; i < expired->count; i++) {
        struct query *query = store_query(call->tx, QUERY_UPLOAD_DELETE);
        query_bind_string(query, 1, expired->ids[i]);
        if (query_run(query, error) < 0)
            return -1;
    }
    return 0;
}

int service_uploads_clean(struct service *service, int64_t limit, int64_t *ret_count, struct error *error)
{
    static const struct service_actor clock_actor = {.role = ROLE_CLOCK};
    struct expired expired = {.limit = limit < CLEAN_MAX ? limit : CLEAN_MAX};
    *ret_count = 0;
    if (service_read(service, &clock_actor, expired_find, &expired, error) < 0)
        return -1;
    if (expired.count == 0)
        return 0;
    for (int64_t i = 0; i < expired.count; i++) {
        char path[UPLOAD_PATH_BYTES];
        upload_file_path(service, text_of(expired.ids[i]), path);
        if (unlink(path) < 0 && errno != ENOENT)
            return error_set(error, ERROR_IO, "an expired upload cannot be removed: %s", strerror(errno));
    }
    if (service_write(service, &clock_actor, expired_delete, &expired, error) < 0)
        return -1;
    atomic_fetch_add_explicit(&service->uploads_expired, expired.count, memory_order_relaxed);
    *ret_count = expired.count;
    return 0;
}

/* ---- at the start ---- */

struct known {
    struct text id;
    bool is_known;
};

/* Of a row that has become evidence the bytes are elsewhere by now. */
static int known_find(struct service_call *call, void *argument, struct error *error)
{
    struct known *known = argument;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_GET);
    query_bind_text(query, 1, known->id);
    query_bind_int(query, 2, call->now_us);
    int step = query_step(query, error);
    known->is_known = step == 1 && query_is_null(query, 9);
    query_end(query);
    return step < 0 ? -1 : 0;
}

static int name_sweep(struct service *service, const char *name, struct error *error)
{
    char path[UPLOAD_PATH_BYTES];
    struct known known = {.id = text_of(name)};
    bool is_upload = id_is(known.id, "upl_");
    if (!is_upload && strncmp(name, "upload-", 7) != 0)
        return 0;
    if (is_upload && service_read(service, NULL, known_find, &known, error) < 0)
        return -1;
    upload_file_path(service, known.id, path);
    if (known.is_known || unlink(path) == 0 || errno == ENOENT)
        return 0;
    return error_set(error, ERROR_IO, "a file that is left of an upload cannot be removed: %s", strerror(errno));
}

int service_uploads_sweep(struct service *service, struct error *error)
{
    char path[UPLOAD_PATH_BYTES];
    upload_file_path(service, text_of(""), path);
    DIR *folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? 0 : error_set(error, ERROR_IO, "%s cannot be read: %s", path, strerror(errno));
    int result = 0;
    for (struct dirent *entry; result == 0 && (entry = readdir(folder)) != NULL;)
        result = name_sweep(service, entry->d_name, error);
    closedir(folder);
    return result;
}

/* ---- figures ---- */

static int open_find(struct service_call *call, void *argument, struct error *error)
{
    struct service_upload_stats *stats = argument;
    struct query *query = store_query(call->tx, QUERY_UPLOAD_OPEN_ALL);
    query_bind_int(query, 1, call->now_us);
    int step = query_step(query, error);
    stats->open = step == 1 ? query_int(query, 0) : 0;
    stats->open_bytes = step == 1 ? query_int(query, 1) : 0;
    query_end(query);
    return step < 0 ? -1 : 0;
}

int service_upload_stats(struct service *service, struct service_upload_stats *ret, struct error *error)
{
    struct service_upload_stats stats = {.bytes = atomic_load_explicit(&service->upload_bytes, memory_order_relaxed),
                                         .expired =
                                             atomic_load_explicit(&service->uploads_expired, memory_order_relaxed)};
    if (service_read(service, NULL, open_find, &stats, error) < 0)
        return -1;
    *ret = stats;
    return 0;
}
