/* SPDX-License-Identifier: Apache-2.0 */
/* Files that the build put into the program; embed.pl writes the definitions. */
#ifndef SHUNTUI_HTTP_EMBEDDED_H
#define SHUNTUI_HTTP_EMBEDDED_H

#include <stddef.h>
#include <stdint.h>

extern const unsigned char embedded_start_html[], embedded_start_css[], embedded_openapi_yaml[];
extern const size_t embedded_start_html_length, embedded_start_css_length, embedded_openapi_yaml_length;

/* The built page (pack.h); length 0: this program was built without it. tools/embed-web and no_web.c define them. */
extern const unsigned char embedded_web_pack[];
extern const uint64_t embedded_web_pack_length;

#endif
