// GraphiQL puts one <style> element into the page; the policy of the page admits it by this nonce only.
window.__webpack_nonce__ = document.querySelector('meta[name="style-nonce"]').content;
