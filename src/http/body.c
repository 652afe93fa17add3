/* SPDX-License-Identifier: Apache-2.0 */
/* Receiving a body: JSON and pieces of files into memory, an upload into a file under a running hash, none past the route's maximum. */
#include "http/internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/random.h"

static int upload_begin(struct http_request *request, struct error *error)
{
    struct upload_file *upload = &request->upload;
    const char *directory = request->server->options.upload_directory;
    if (!directory)
        return error_set(error, ERROR_INTERNAL, "no directory for uploads is set");
    char *path = arena_printf(request->call.arena, "%s/upload-%s", directory, request->request_id);
    upload->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (upload->file < 0)
        return error_set(error, ERROR_IO, "cannot create %s: %s", path, strerror(errno));
    upload->upload.path = path;
    upload->hash = hash_stream_new();
    upload->salted = hash_stream_new();
    random_system()->fill(random_system(), upload->upload.salt, sizeof upload->upload.salt);
    hash_stream_add(upload->salted, upload->upload.salt, sizeof upload->upload.salt);
    return 0;
}

int body_begin(struct http_request *request, struct error *error)
{
    const struct http_route *route = request->call.route;
    buffer_init(&request->body, route->mode == HTTP_MODE_UPLOAD ? 1 : route->body_bytes_max + 1);
    return route->mode == HTTP_MODE_UPLOAD ? upload_begin(request, error) : 0;
}

static int upload_add(struct http_request *request, const char *data, size_t length, struct error *error)
{
    struct upload_file *upload = &request->upload;
    struct http_upload *seen = &upload->upload;
    size_t head_room = sizeof seen->head - seen->head_length;
    size_t head_part = length < head_room ? length : head_room;
    memcpy(seen->head + seen->head_length, data, head_part);
    seen->head_length += head_part;
    hash_stream_add(upload->hash, data, length);
    hash_stream_add(upload->salted, data, length);
    seen->size_bytes += (int64_t)length;
    while (length > 0) {
        ssize_t count = write(upload->file, data, length);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return error_set(error, ERROR_IO, "cannot write an upload: %s", strerror(errno));
        data += count;
        length -= (size_t)count;
    }
    return 0;
}

int body_add(struct http_request *request, const char *data, size_t length, struct error *error)
{
    const struct http_route *route = request->call.route;
    if (request->body_received > route->body_bytes_max) {
        if (route->body_bytes_max == 0)
            return error_set(error, ERROR_BODY_UNEXPECTED, "this request takes no body");
        return error_set(error, ERROR_BODY_TOO_LARGE, "the body may have at most %zu bytes", route->body_bytes_max);
    }
    if (route->mode == HTTP_MODE_UPLOAD)
        return upload_add(request, data, length, error);
    buffer_add(&request->body, data, length);
    return 0;
}

static int upload_end(struct http_request *request, struct error *error)
{
    struct upload_file *upload = &request->upload;
    /* The bytes must be on disk before the transaction that speaks of them commits. */
    int synced = fdatasync(upload->file);
    int why = errno;
    close(upload->file);
    upload->file = -1;
    if (synced < 0)
        return error_set(error, ERROR_IO, "cannot store an upload: %s", strerror(why));
    hash_stream_end(upload->hash, upload->upload.sha256);
    hash_stream_end(upload->salted, upload->upload.commitment);
    request->call.upload = &upload->upload;
    return 0;
}

int body_end(struct http_request *request, struct error *error)
{
    const struct http_route *route = request->call.route;
    if (route->body_bytes_max == 0)
        return 0;
    if (request->body_received == 0)
        return error_set(error, ERROR_BODY_MISSING, "this request needs a body");
    if (route->mode == HTTP_MODE_UPLOAD)
        return upload_end(request, error);
    request->call.body_bytes = buffer_text(&request->body);
    if (route->mode != HTTP_MODE_WRITE && route->mode != HTTP_MODE_READ && route->mode != HTTP_MODE_SESSION)
        return 0;
    if (json_parse(request->call.body_bytes, route->body_bytes_max, &request->document, error) < 0)
        return -1;
    request->call.body = request->document;
    return 0;
}

void body_work_end(struct http_request *request)
{
    struct http_file_work *work = &request->call.work;
    if (work->obsolete && request->is_resumed && !request->failed)
        unlink(work->obsolete);
    if (work->file >= 0)
        close(work->file);
    *work = (struct http_file_work){.file = -1};
}

void body_done(struct http_request *request)
{
    body_work_end(request);
    struct upload_file *upload = &request->upload;
    if (upload->file >= 0)
        close(upload->file);
    if (upload->upload.path)
        unlink(upload->upload.path); /* a handler that keeps the file has renamed it */
    hash_stream_free(upload->hash);
    hash_stream_free(upload->salted);
    buffer_done(&request->body);
    json_free(request->document);
}
