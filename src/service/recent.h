/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values that take a while to compute and may be a minute old: figures in rows of lists. Nothing is decided by them, and no page of one
 * thing alone shows them. A fixed number of places; a newer value takes the place of whatever stood there.
 */
#ifndef SHUNTUI_SERVICE_RECENT_H
#define SHUNTUI_SERVICE_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

#define SERVICE_RECENT_US (60 * INT64_C(1000000))
#define SERVICE_RECENT_BYTES 128 /* of one value */

struct service_recent;

struct service_recent *service_recent_new(void);
void service_recent_free(struct service_recent *recent); /* NULL is a no-op */
/* The value of the id (of ours, or a name that no id can be), if it is younger than SERVICE_RECENT_US at now_us. Thread-safe. */
bool service_recent_find(struct service_recent *recent, struct text id, int64_t now_us, void *ret_value, size_t bytes);
void service_recent_put(struct service_recent *recent, struct text id, int64_t now_us, const void *value, size_t bytes);

#endif
