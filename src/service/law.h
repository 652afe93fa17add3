/* SPDX-License-Identifier: Apache-2.0 */
/* The articles of law that our deadlines and defaults cite, as a bundle carries them (data/law/clauses.json). */
#ifndef SHUNTUI_SERVICE_LAW_H
#define SHUNTUI_SERVICE_LAW_H

#include <stdint.h>

#include "base/text.h"

#define SERVICE_LAW_BYTES (16 * 1024)

/* Appends the articles of law/law.def that a bundle carries and that were in force on the day of that instant in China, and a
 * newline; nothing at all when none was. The same day gives the same bytes. */
void service_law_write(int64_t at_us, struct buffer *out);

#endif
