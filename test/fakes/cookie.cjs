/** For fastify's `inject`: Jest on Node 20 cannot `require` the package, an ES module. No answer here sets a cookie. */
const none = () => {
  throw new Error('The test came upon a cookie.');
};
module.exports = { parseCookie: none, parseSetCookie: none, stringifyCookie: none };
