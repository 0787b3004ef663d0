"""The pages, a module a kind; each gives the pages that its part of the site has."""
