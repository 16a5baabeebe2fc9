// `tests:` in routes.yaml, once their shape is right: which webhooks come in and who is to hear of what, as src/in-force/trials.ts plays them.
import type { z } from 'zod';
import type { DeliveryKind } from '../delivery.ts';
import type { Workspace } from '../model.ts';
import type { Tree } from './tree.ts';
import type { given, row, trials } from './trial-shape.ts';
import { wallsOf } from './trial-times.ts';

/** Times are wall times of the file's time zone, written as if they were UTC. */
export type Given = {
  at: number;
  triggered?: number;
  /** A short or a wire name. */
  event: string;
  /** What is to lie over the row of the table. */
  workspace: Workspace;
  account?: string;
  phone?: string;
  reason?: string;
  percent?: number;
  /** The rest of the body, by the names of TimelinesAI. */
  payload: Record<string, string | number>;
  line: number;
};
/** One message to each destination. `exact`: to the second, else to the minute. */
export type Expected = { at: number; exact: boolean; to: string[]; what: DeliveryKind; line: number };
/** Line and column are those of its name. */
export type Trial = {
  name: string;
  line: number;
  column: number;
  only?: string[];
  given: Given[];
  expect: Expected[];
  until?: number;
};

type Written = NonNullable<z.output<typeof trials>>;

export function trialsOf(tests: Written | undefined, tree: Tree): Trial[] {
  return (tests ?? []).map((test, n) => {
    const lineOf = (...path: (string | number)[]) => tree.spot(['tests', n, ...path]).line;
    const expect = test.expect === 'nothing' ? [] : test.expect;
    const walls = wallsOf({ given: test.given, expect: expect.map(({ at }) => at), until: test.until });
    const { line, column } = tree.spot(['tests', n, 'name'], 'key');
    return {
      ...{ name: test.name, line, column },
      ...(test.only === undefined ? {} : { only: list(test.only) }),
      given: test.given.map((one, at) => givenOf(one, walls.given[at]!, walls.triggered[at], lineOf('given', at, 'at'))),
      expect: expect.map(({ at, to, what = 'alert' }, index) => ({
        at: walls.expect[index]!,
        exact: at.exact,
        to: list(to),
        what,
        line: lineOf('expect', index, 'at'),
      })),
      ...(walls.until === undefined ? {} : { until: walls.until }),
    };
  });
}

function givenOf(one: z.output<typeof given>, at: number, triggered: number | undefined, line: number): Given {
  const { at: _at, triggered: _triggered, event, workspace, account, phone, reason, percent, ...rest } = one;
  return {
    at,
    ...(triggered === undefined ? {} : { triggered }),
    event,
    workspace: typeof workspace === 'string' ? { id: workspace } : rowOf(workspace),
    ...(account === undefined ? {} : { account }),
    ...(phone === undefined ? {} : { phone }),
    ...(reason === undefined ? {} : { reason }),
    ...(percent === undefined ? {} : { percent }),
    payload: rest as Given['payload'],
    line,
  };
}

function rowOf({ tags, ...columns }: z.output<typeof row>): Workspace {
  const named =
    tags === undefined
      ? undefined
      : list(tags)
          .flatMap((one) => one.split(/[\s;,]+/))
          .filter((one) => one !== '');
  return { ...(columns as Workspace), ...(named === undefined ? {} : { tags: named }) };
}

const list = (value: string | string[]): string[] => (typeof value === 'string' ? [value] : value);
