// Lets people see the password they type. Without script the button stays away and nothing else changes.
const password = document.getElementById("password");
const button = document.getElementById("show");

const toggle = () => {
  const label = button.ariaLabel;
  const text = button.textContent;

  password.type = password.type === "password" ? "text" : "password";
  button.ariaLabel = button.dataset.label;
  button.textContent = button.dataset.text;
  button.dataset.label = label;
  button.dataset.text = text;
};

button.addEventListener("click", toggle);
// Sent as a password, so that the browser offers to save it and never remembers it as plain text.
password.form.addEventListener("submit", () => password.type === "text" && toggle());
button.hidden = false;
