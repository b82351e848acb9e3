/** Groups that hold no text of the document: tables of its own, pictures, headers and footers, field instructions. */
export const skippedGroups = new Set(
  (
    'colortbl pict objdata header headerl headerr headerf footer footerl footerr footerf ftnsep ftnsepc ftncn aftnsep ' +
    'aftnsepc aftncn listtable listoverridetable revtbl rsidtbl filetbl themedata colorschememapping latentstyles ' +
    'datastore xmlnstbl mmathPr sp bkmkstart bkmkend fldinst annotation atnid atnauthor atndate atnref atnicn ' +
    'nonshppict nonesttables xe tc tcn txe rxe userprops private1 pgptbl template generator docvar'
  ).split(' '),
);

/** Groups that are marked as optional and hold text all the same. */
export const readGroups = new Set('shpinst shptxt listtext pntext footnote fldrslt title'.split(' '));

/** Control words that stand for a character. */
export const characterWords: Record<string, string> = {
  tab: '\t',
  line: '\n',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
  emspace: ' ',
  enspace: ' ',
  qmspace: ' ',
  '~': ' ',
  _: '-',
};
