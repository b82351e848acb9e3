declare module 'snowball-stemmers' {
  const snowball: { newStemmer(algorithm: 'english'): { stem(word: string): string } };
  export default snowball;
}
