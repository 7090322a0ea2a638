"""Running a parsed template on data, in the words of Go's text/template exec."""
