/* SPDX-License-Identifier: Apache-2.0 */
/* Names and fixed texts that writer and verifier of a bundle share. Private to src/evidence. */
#ifndef SHUNTUI_EVIDENCE_BUNDLE_LAYOUT_H
#define SHUNTUI_EVIDENCE_BUNDLE_LAYOUT_H

#include "evidence/bundle.h"

struct arena;

#define BUNDLE_FORMAT "shuntui-bundle/1"
#define BUNDLE_BAGIT "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
#define BUNDLE_CASE "data/case.json"
#define BUNDLE_README_EN "data/README.en.txt"
#define BUNDLE_README_ZH "data/README.zh.txt"
#define BUNDLE_LAW "data/law/clauses.json"
#define BUNDLE_POLICY "data/policy/source.txt"
#define BUNDLE_VKEY "trust/log.vkey"
#define BUNDLE_STATEMENT_VKEYS "trust/statement.vkeys"

/* "0012" for sequence 12 of the subject's chain, "r0003" for the third of the other leaves. */
#define BUNDLE_NAME_BYTES 16
void bundle_item_name(size_t position, size_t chain_count, char ret[static BUNDLE_NAME_BYTES]);
/* "json", "png" … from the media type; "bin" for what has no row. */
const char *bundle_extension(struct text media_type);
const char *bundle_state_wire(enum evidence_item_state state); /* "present" … */
int bundle_state_find(struct text wire, enum evidence_item_state *ret);
/* How many of the first items are of `subject`: its chain. */
size_t bundle_chain_count(const char *subject, const struct evidence_leaf *leaves, size_t count);

#endif
