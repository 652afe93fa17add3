/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages as they are before anybody asks: for each path of pages.def and each language the head of its HTML, with the style
 * sheet in it, the scripts to fetch at once, and the policy that lets the browser run these and nothing else. Made once at start.
 */
#ifndef SHUNTUI_HTTP_WEB_H
#define SHUNTUI_HTTP_WEB_H

#include "base/gzip.h"
#include "base/text.h"
#include "http/pack.h"

struct error;
struct web;

enum web_language { WEB_ZH, WEB_EN, WEB_LANGUAGES };

#define PAGE(NAME, ...) HTTP_PAGE_##NAME,
enum http_page_id {
#include "http/pages.def"
    HTTP_PAGE_COUNT
};
#undef PAGE

struct web_head {
    struct text before; /* from <meta> up to the style sheet */
    struct text style;  /* <style>…</style> */
    struct gzip_part packed_style;
    const char *policy; /* Content-Security-Policy */
};
struct web_page {
    const char *path, *first; /* first: the question that is answered in the HTML; may be empty */
    unsigned access;          /* for whom */
    struct web_head heads[WEB_LANGUAGES];
};

/* The pack's bytes must outlive it; empty bytes: this program carries no pages, and *ret is NULL. Fails with WEB_PACK. */
int web_open(struct text pack, struct web **ret, struct error *error);
void web_free(struct web *web); /* NULL is a no-op */
const struct web_page *web_page(const struct web *web, enum http_page_id id);
const struct web_page *web_page_missing(const struct web *web); /* for what is not there */
struct text
web_early(const struct web *web); /* the script that asks a guest's first question; empty: this build has none */
const struct pack *web_pack(const struct web *web);

#endif
