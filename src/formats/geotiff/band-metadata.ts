import type { CoverageParameter } from '../coverage.js';

/** Names, units and titles of bands, as GDAL keeps them in a tag of its own. */
export function bandMetadata(parameters: readonly CoverageParameter[]): string {
  const items = parameters.flatMap(({ id, title, unit, standardName }, band) => [
    item('DESCRIPTION', id, { band, role: 'description' }),
    ...(unit === undefined ? [] : [item('UNITTYPE', unit, { band, role: 'unittype' })]),
    item('long_name', title, { band }),
    ...(standardName === undefined ? [] : [item('standard_name', standardName, { band })]),
  ]);
  return `<GDALMetadata>\n${items.join('\n')}\n</GDALMetadata>\n`;
}

/** GDAL escapes text once by itself and once as XML. */
function item(name: string, text: string, { band, role }: { band: number; role?: string }): string {
  const roleText = role === undefined ? '' : ` role="${role}"`;
  return `  <Item name="${name}" sample="${band}"${roleText}>${escapeXml(escapeXml(text))}</Item>`;
}

function escapeXml(text: string): string {
  return (
    text
      // Control characters are no XML, not even escaped.
      .replace(/[^\t\n\r\P{Cc}]/gu, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
