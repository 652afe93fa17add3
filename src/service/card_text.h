/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a card secret: what is kept of it, and the form in which two writings of one card are equal. Pure. */
#ifndef SHUNTUI_SERVICE_CARD_TEXT_H
#define SHUNTUI_SERVICE_CARD_TEXT_H

#include "base/arena.h"
#include "service/stock.h"

/* Without white space at both ends: what is sealed and shown. */
struct text service_card_trim(struct text secret);

#endif
