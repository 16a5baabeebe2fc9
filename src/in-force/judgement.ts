// What was found of the files, for whoever asked to have them judged, and for the operator.
import type { RelayNotice } from '../delivery.ts';
import { formatMistakes, type Mistake } from '../rules/mistake.ts';
import type { Judged } from './judge.ts';

export type Judgement = { ok: boolean; mistakes: Mistake[]; warnings: Mistake[]; text: string; revision?: string };

export const judgementOf = (judged: Judged): Judgement =>
  judged.ok
    ? { ok: true, mistakes: [], warnings: judged.warnings, text: formatMistakes(judged.warnings), revision: judged.rules.revision }
    : { ok: false, mistakes: judged.mistakes, warnings: [], text: formatMistakes(judged.mistakes) };

export const fileNotices = (mistakes: readonly Mistake[]): RelayNotice[] =>
  mistakes.length === 0
    ? []
    : [
        {
          code: 'rules.bad',
          subject: 'routes.yaml',
          text: formatMistakes(mistakes),
        },
      ];
