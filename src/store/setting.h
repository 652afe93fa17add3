/* SPDX-License-Identifier: Apache-2.0 */
/* Small durable values by name, such as the identity of the log. */
#ifndef SHUNTUI_STORE_SETTING_H
#define SHUNTUI_STORE_SETTING_H

#include "base/text.h"

struct error;
struct store_tx;

/* Returns 1 and appends the value, 0 when there is none, or -1. */
int setting_find(struct store_tx *tx, const char *name, struct buffer *ret_value, struct error *error);
int setting_put(struct store_tx *tx, const char *name, struct text value, struct error *error);

#endif
