// Posts the answer at once (OAuth 2.0 Form Post Response Mode). Without script there is the button.
// From the prototype: a field named "submit" would hide the form's own method.
HTMLFormElement.prototype.submit.call(document.forms[0]);
