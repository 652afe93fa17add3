// SPDX-License-Identifier: Apache-2.0
/**
 * Codes of articles that a policy may cite, by the version of the law that they stand in: in force since, no longer in force from (or
 * empty), codes. A clarified rule must cite law. tests/verify-page.t holds this table against src/law/law.def.
 */
export const LAWS: readonly (readonly [string, string, string])[] = [
  ['2019-01-01', '', 'ECL-2 ECL-10 ECL-17 ECL-19 ECL-20 ECL-27 ECL-31 ECL-32 ECL-33 ECL-34 ECL-35 ECL-36 ECL-37 ECL-38 ECL-39 ECL-48 ECL-49-1 ECL-49-2 ECL-50 ECL-51 ECL-53 ECL-58 ECL-59 ECL-60 ECL-61 ECL-62 ECL-63 ECL-80 ECL-81'],
  ['2014-03-15', '', 'CPL-16 CPL-20 CPL-23 CPL-24 CPL-25 CPL-25-2 CPL-26 CPL-29 CPL-39 CPL-44 CPL-46 CPL-48 CPL-52 CPL-53 CPL-55 CPL-56'],
  ['2024-07-01', '', 'CPR-9 CPR-10 CPR-12 CPR-17 CPR-18 CPR-19 CPR-22 CPR-26 CPR-44 CPR-46 CPR-47 CPR-49 CPR-50'],
  ['2021-05-01', '', 'NTM-8 NTM-19 NTM-21 NTM-24 NTM-28 NTM-30 NTM-31 NTM-34'],
  ['2026-02-01', '', 'PRM-7 PRM-8 PRM-9 PRM-10 PRM-11 PRM-12 PRM-13 PRM-14 PRM-15 PRM-16 PRM-19 PRM-20 PRM-21 PRM-22 PRM-26 PRM-27 PRM-28 PRM-29 PRM-30'],
  ['2017-03-15', '', 'D7-6 D7-7 D7-8 D7-10 D7-13 D7-14 D7-17 D7-20 D7-24 D7-35'],
  ['2015-03-15', '', 'PEN-5 PEN-8 PEN-9 PEN-10 PEN-12 PEN-16'],
  ['2023-07-01', '', 'CON-6 CON-7 CON-8'],
  ['2026-04-15', '', 'CMP-10 CMP-13 CMP-15 CMP-16 CMP-17 CMP-22 CMP-23 CMP-42 CMP-45 CMP-46'],
  ['2020-01-01', '2026-04-15', 'CMPOLD-14 CMPOLD-21'],
  ['2022-03-15', '', 'SPC22-1 SPC22-2 SPC22-3 SPC22-4 SPC22-5 SPC22-8 SPC22-9 SPC22-10'],
  ['2021-01-01', '', 'CC-469 CC-491 CC-496 CC-497 CC-498 CC-506 CC-509 CC-512 CC-563 CC-566 CC-577 CC-582 CC-584 CC-591 CC-592 CC-621 CC-622'],
  ['2021-01-01', '', 'CCG-18 CCG-19 CCG-20 CCG-127 CCG-144 CCG-145 CCG-147 CCG-148 CCG-153 CCG-157 CCG-188'],
  ['2023-12-05', '', 'CCI-9 CCI-10'],
  ['2025-05-01', '', 'PRE-9 PRE-14 PRE-18 PRE-25 PRE-26'],
  ['2005-04-01', '', 'ESL-4 ESL-5 ESL-6 ESL-7 ESL-8'],
  ['2020-05-01', '', 'EVD-14 EVD-90 EVD-94 EVD-95'],
  ['2024-01-01', '', 'CPLAW-66'],
  ['2021-11-01', '', 'PIPL-24'],
  ['2024-01-01', '', 'MIN-44 MIN-46'],
  ['2020-05-15', '', 'MIN-SPC20'],
  ['2019-11-01', '', 'MIN-NPPA19'],
  ['2026-01-01', '', 'CSL-23'],
  ['2022-12-01', '', 'ATF-31'],
]; // prettier-ignore

/** Whether there is such an article, and it is in force on the day; on any day where there is none. */
export function isLaw(code: string, day: string): boolean {
  return LAWS.some(([since, until, codes]) => codes.split(' ').includes(code) && (day === '' || (since <= day && (until === '' || day < until))));
}
