// The one-time link stands behind a "#", which browsers never send: put it into its field. Without script it is pasted.
const field = document.getElementById("link");
if (field && !field.value && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname);
}
