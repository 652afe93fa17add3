/* SPDX-License-Identifier: Apache-2.0 */
/* The HTML of a page: the head that web.c made, in the reader's language and theme, and the answers that the page begins with. */
#ifndef SHUNTUI_HTTP_PAGE_H
#define SHUNTUI_HTTP_PAGE_H

#include "http/route.h"

struct http_request;

/* Does whoever failed here look at it in a browser? Then the answer may be a page instead of problem details. */
bool page_wanted(const struct http_request *request);
/* The page for what is not there, or failed: sets body and headers of the request's call. */
void page_of_failure(struct http_request *request);
/* Appends JSON so that it can stand in a <script> of HTML: nothing in it ends or opens a tag, or a line of JavaScript. */
void page_json_add(struct buffer *out, struct text json);

#endif
