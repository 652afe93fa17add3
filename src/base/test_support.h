/* SPDX-License-Identifier: Apache-2.0 */
/* The headers that cmocka wants before its own. */
#ifndef SHUNTUI_BASE_TEST_SUPPORT_H
#define SHUNTUI_BASE_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
