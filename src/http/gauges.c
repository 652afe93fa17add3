/* SPDX-License-Identifier: Apache-2.0 */
/* What the server holds open now, for the system page of operators. */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "http/http.h"
#include "http/internal.h"
#include "http/sse.h"

/* A file is in the folder only while it is received: a handler that keeps it moves it away. */
static void uploads_count(const char *directory, struct http_gauges *gauges)
{
    DIR *folder = directory ? opendir(directory) : NULL;
    const struct dirent *entry;
    struct stat status;
    while (folder && (entry = readdir(folder)) != NULL) {
        if (fstatat(dirfd(folder), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(status.st_mode))
            continue;
        gauges->uploads++;
        gauges->upload_bytes += status.st_size;
    }
    if (folder)
        closedir(folder);
}

void http_server_gauges(const struct http_server *server, struct http_gauges *ret)
{
    *ret = (struct http_gauges){.listeners = 0};
    if (server->options.hub)
        ret->listeners = (int64_t)sse_listener_count(server->options.hub);
    uploads_count(server->options.upload_directory, ret);
}
