/* SPDX-License-Identifier: Apache-2.0 */
/* Routes of uploads: a file of a claim in pieces, with a place to go on from after any break. */
#include <stddef.h>

#include "base/error.h"
#include "base/limits.h"
#include "http/handle/handle.h"
#include "service/claims/upload.h"

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

struct upload_request {
    struct text kind, name, sha256, original_sha256;
    int64_t size;
};
static const struct json_field upload_request_fields[] = {
    JSON_FIELD_STRING(struct upload_request, kind, true, 1, 40),
    JSON_FIELD_STRING(struct upload_request, name, false, 0, LIMIT_FILE_NAME_BYTES),
    JSON_FIELD_INTEGER(struct upload_request, size, true, 1, LIMIT_EVIDENCE_BYTES),
    JSON_FIELD_STRING(struct upload_request, sha256, false, 64, 64),
    JSON_FIELD_STRING(struct upload_request, original_sha256, false, 64, 64),
};

/* Where the client is to go on: in the answer's head, and beside the problem. */
static void offset_say(struct http_call *call, int64_t stored)
{
    http_set_header(call, "Upload-Offset", arena_printf(call->arena, "%lld", (long long)stored));
}

static int offset_refuse(struct http_call *call, int64_t stored, const struct error *error)
{
    enum error_code code = error->code;
    if (code == ERROR_UPLOAD_OFFSET || code == ERROR_UPLOAD_BUSY || code == ERROR_UPLOAD_INCOMPLETE)
        call->problem =
            (struct problem_member){"offset", text_of(arena_printf(call->arena, "%lld", (long long)stored))};
    return -1;
}

int handle_upload_begin(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    struct upload_request request = {.size = 0};
    struct service_upload_new in = {.size_bytes = 0};
    char id[ID_BYTES];
    if (http_query_done(call, error) < 0 ||
        json_read(call->body, upload_request_fields, COUNT(upload_request_fields), "", &request, error) < 0 ||
        handle_sha256(call, request.sha256, ERROR_FIELD_VALUE, "/sha256", &in.sha256, error) < 0 ||
        handle_sha256(call, request.original_sha256, ERROR_FIELD_VALUE, "/original_sha256", &in.original_sha256,
                      error) < 0)
        return -1;
    in.kind = request.kind;
    in.file_name = request.name;
    in.size_bytes = request.size;
    if (service_upload_begin(&inner, text_of(http_param(call, "claim")), &in, id, call->json, error) < 0)
        return -1;
    call->status = 201;
    http_set_header(call, "Location", arena_printf(call->arena, "/v1/uploads/%s", id));
    offset_say(call, 0);
    return 0;
}

int handle_upload_get(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    int64_t stored;
    if (http_query_done(call, error) < 0 ||
        service_upload_write(&inner, text_of(http_param(call, "upload")), call->json, &stored, error) < 0)
        return -1;
    offset_say(call, stored);
    return 0;
}

int handle_upload_cancel(struct http_call *call, struct error *error)
{
    struct service_call inner = handle_call(call);
    if (http_query_done(call, error) < 0 ||
        service_upload_cancel(&inner, text_of(http_param(call, "upload")), error) < 0)
        return -1;
    call->status = 204;
    return 0;
}

static struct service_upload_work *work_new(struct http_call *call)
{
    struct service_upload_work *work = arena_new_object(call->arena, struct service_upload_work);
    call->work.kept = work;
    return work;
}

/* The first run: the bytes to disk. */
static int piece_store(struct http_call *call, int64_t offset, struct error *error)
{
    struct service_actor actor = handle_actor(call);
    struct service_upload_work *work = work_new(call);
    int result = service_upload_store(call->service, &actor, text_of(http_param(call, "upload")), offset,
                                      call->body_bytes, work, error);
    call->work.file = work->file;
    return result < 0 ? offset_refuse(call, work->stored, error) : 0;
}

int handle_upload_put(struct http_call *call, struct error *error)
{
    int64_t offset, stored;
    if (http_query_integer(call, "offset", 0, LIMIT_EVIDENCE_BYTES, -1, &offset, error) < 0 ||
        http_query_done(call, error) < 0)
        return -1;
    if (offset < 0) {
        error_set(error, ERROR_FIELD_MISSING, "where this piece belongs is missing");
        return error_at(error, "query offset");
    }
    if (!call->tx)
        return piece_store(call, offset, error);
    struct service_call inner = handle_call(call);
    if (service_upload_advance(&inner, text_of(http_param(call, "upload")), call->body_bytes, call->work.kept,
                               call->json, &stored, error) < 0)
        return -1;
    offset_say(call, stored);
    return 0;
}

/* The first run: the bytes on disk are hashed. */
static int file_hash(struct http_call *call, struct error *error)
{
    struct service_actor actor = handle_actor(call);
    struct service_upload_work *work = work_new(call);
    int result = service_upload_hash(call->service, &actor, text_of(http_param(call, "upload")), work, error);
    call->work.file = work->file;
    return result < 0 ? offset_refuse(call, work->stored, error) : 0;
}

int handle_upload_complete(struct http_call *call, struct error *error)
{
    if (http_query_done(call, error) < 0)
        return -1;
    if (!call->tx)
        return file_hash(call, error);
    struct service_call inner = handle_call(call);
    const struct service_upload_work *work = call->work.kept;
    bool is_new;
    if (service_upload_complete(&inner, text_of(http_param(call, "upload")), work, call->json, &is_new, error) < 0)
        return -1;
    call->status = is_new ? 201 : 200;
    call->work.obsolete = is_new ? work->path : NULL;
    return 0;
}

/* ---- figures ---- */

void handle_upload_metrics(void *service, struct buffer *out)
{
    struct service_upload_stats stats;
    if (service_upload_stats(service, &stats, NULL) < 0)
        return;
    const struct {
        const char *name, *type, *help;
        int64_t value;
    } rows[] = {
        {"shuntui_uploads_open", "gauge", "Uploads that are not complete.", stats.open},
        {"shuntui_uploads_open_bytes", "gauge", "What they were announced with.", stats.open_bytes},
        {"shuntui_upload_bytes_total", "counter", "Bytes taken in by pieces.", stats.bytes},
        {"shuntui_uploads_expired_total", "counter", "Uploads removed with their time or by their owner.",
         stats.expired},
    };
    for (size_t i = 0; i < COUNT(rows); i++)
        buffer_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", rows[i].name, rows[i].help, rows[i].name,
                    rows[i].type, rows[i].name, (long long)rows[i].value);
}
