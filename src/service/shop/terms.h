/* SPDX-License-Identifier: Apache-2.0 */
/* The lint of free text (law/terms.h) for whoever asks, and for the texts of a listing. */
#ifndef SHUNTUI_SERVICE_TERMS_H
#define SHUNTUI_SERVICE_TERMS_H

#include "service/service.h"

/* Lints a text for the law of a day ("2026-02-01"; empty: today in China) and writes the report as one object. Nothing is stored.
 * Fails with TIME_MALFORMED for a day that is none, and as terms_lint does. */
int service_terms_lint(struct service_call *call, struct text text, struct text day, struct json_writer *ret,
                       struct error *error);

/* For other files of this folder. A listing is its canonical snapshot. */

/* Refuses a listing with a term that the law of today makes void: TERMS_VOID with the field as pointer, line and column in it, the
 * article in the message and the rewordings in the hint. */
int service_listing_check(struct service_call *call, struct text listing, struct error *error);
/* Writes the member "warnings": what is risky in the listing's texts, each with its field. */
int service_listing_warnings(struct service_call *call, struct text listing, struct json_writer *writer,
                             struct error *error);

#endif
