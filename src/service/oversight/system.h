/* SPDX-License-Identifier: Apache-2.0 */
/* How the server is, for operators: what waits, what failed, what is left of the disk. */
#ifndef SHUNTUI_SERVICE_SYSTEM_H
#define SHUNTUI_SERVICE_SYSTEM_H

#include "service/service.h"

/* listeners: open streams of events, which only the HTTP server knows. */
int service_system_write(struct service_call *call, int64_t listeners, struct json_writer *ret, struct error *error);

#endif
