# Lists the targets of a Makefile that have a `## description`, under their `##@ Group`.
/^##@ / { printf "\n%s\n", substr($0, 5) }
/^[a-z-]+:.*## / {
    target = $0; sub(/:.*/, "", target)
    text = $0; sub(/^.*## /, "", text)
    printf "  make %-14s %s\n", target, text
}
END { print "" }
