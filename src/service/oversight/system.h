/* SPDX-License-Identifier: Apache-2.0 */
/* How the server is, for operators: what waits, what failed, what is left of the disk. */
#ifndef SHUNTUI_SERVICE_SYSTEM_H
#define SHUNTUI_SERVICE_SYSTEM_H

#include "service/service.h"

struct service_gauges { /* what only the HTTP server knows */
    int64_t listeners;  /* open streams of events */
    int64_t uploads, upload_bytes;
};
int service_system_write(struct service_call *call, const struct service_gauges *gauges, struct json_writer *ret,
                         struct error *error);

#endif
