/** What is compared with what, where a change is shown beside a score. */
export const CHANGE_MEANING =
  'Change: the share of FN in the last 24 hours against the days before. The score moves more slowly, ' +
  'so the two may go different ways.'

/** Heads the column of changes. */
export function ChangeHeader() {
  return (
    <th scope="col" class="change" title={CHANGE_MEANING}>
      Change
      <span class="sub">of FN share, last 24 h</span>
    </th>
  )
}
