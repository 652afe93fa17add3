/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on a decision: from the text of the policy and the facts that a certificate states, it decides again
 * and compares every member. Written from docs/policy-language.md alone; it shares no code with the program that
 * decides, so that one mistake does not hide the other. It believes nothing in the certificate but the inputs of a
 * decision: the facts with source and leaf, currency, amount paid and earlier refunds, the time, the claim's id.
 */
#ifndef SHUNTUI_EVIDENCE_REPLAY_H
#define SHUNTUI_EVIDENCE_REPLAY_H

#include "evidence/verify/verify.h"

/* An evidence_replay_fn. Returns 0 when the certificate is, byte for byte, the one that this policy and these facts give;
 * 1 with the first difference in words; -1 with error: POLICY_SYNTAX, POLICY_MEANING, POLICY_LIMIT or POLICY_GOODS
 * (with line and column) when the source is not a policy, and the errors of json_parse or FIELD_TYPE when the
 * certificate is not a JSON object of at most EVIDENCE_CERTIFICATE_BYTES_MAX bytes. */
int evidence_replay(struct text certificate, struct text policy_source, struct evidence_difference *ret,
                    struct error *error);
/* A policy of 64 KiB cannot give more: a condition of 8 bytes takes at most 100 bytes of certificate. */
#define EVIDENCE_CERTIFICATE_BYTES_MAX ((size_t)4 * 1024 * 1024)

#endif
