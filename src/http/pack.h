/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built page as one file (tools/pack-web writes it): every file plain and compressed, and for every source which scripts and
 * styles it needs. It is part of the program, or a file that the operator names; so it is checked like any input.
 */
#ifndef SHUNTUI_HTTP_PACK_H
#define SHUNTUI_HTTP_PACK_H

#include <stddef.h>

#include "base/text.h"

#define PACK_TAG_BYTES 33

struct error;
struct pack;

struct pack_file {
    struct text name;                /* "/assets/main-Bvc1b3TW.css" */
    struct text type;                /* media type */
    struct text plain, gzip, brotli; /* gzip, brotli: empty when they would save nothing */
    char tag[PACK_TAG_BYTES];        /* 32 hexadecimal digits that change with the content */
};
struct pack_source {
    struct text name;                /* "src/buyer/ProductPage.vue" */
    const struct text *scripts;      /* its own first, then all that it imports */
    const struct pack_file **styles; /* in the order in which they count */
    size_t script_count, style_count;
};

/* The bytes must outlive the pack. Fails with WEB_PACK. */
int pack_open(struct text bytes, struct pack **ret, struct error *error);
void pack_free(struct pack *pack);                                                     /* NULL is a no-op */
const struct pack_file *pack_file_find(const struct pack *pack, struct text name);     /* NULL when absent */
const struct pack_source *pack_source_find(const struct pack *pack, struct text name); /* NULL when absent */
const struct pack_source *pack_entry(const struct pack *pack);                         /* what every page begins with */

#endif
