"""From the text of a template to a tree of nodes, in the words of Go's text/template/parse."""
