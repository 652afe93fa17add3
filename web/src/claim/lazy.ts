// SPDX-License-Identifier: Apache-2.0
// The heavier parts of a claim, each fetched with its words when it is first shown.
import { actWords, claimWords, codeWords, evidenceWords, factsWords, offersWords, traceWords } from '../base/areas'
import { lazy } from '../base/lazy'

export const LazyRuleTrace = lazy(() => import('./RuleTrace.vue'), traceWords, claimWords)
export const LazyDecisionCard = lazy(() => import('./DecisionCard.vue'), traceWords, factsWords)
export const LazyActionSheet = lazy(() => import('./ActionSheet.vue'), actWords, offersWords)
export const LazyEvidenceViewer = lazy(() => import('./EvidenceViewer.vue'), evidenceWords)
export const LazyAddEvidence = lazy(() => import('./evidence/AddEvidence.vue'), evidenceWords, codeWords)
export const LazyBundleCard = lazy(() => import('./BundleCard.vue'), evidenceWords)
export const LazyLiveState = lazy(() => import('./LiveState.vue'), codeWords)
export const LazyOfferCard = lazy(() => import('./OfferCard.vue'), offersWords)
