"""HTTP without rules: parameters, cookies, errors as protocol answers, pages, locales and static files."""
