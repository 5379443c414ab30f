"""How the proposers did against the truth of some seeds: `python -m tests.agent.closing.table SEED...`."""

import sys

from tests.agent.closing import months


def main(seeds: list[str]) -> None:
    """Print a table over all seeds and, beneath, what wasn't right."""
    total = {code: months.Count() for code in months.PROPOSERS}
    for seed in seeds:
        companies = months.closed(int(seed))
        for code, one in months.summed(companies).items():
            total[code].add(one)
        for company in companies:
            for line in company.missed:
                print("account", line)
        months.sample_of.cache_clear()
    print("| proposer | truth | proposed | right | unknown |\n|---|---:|---:|---:|---:|")
    for code, one in total.items():
        print(f"| {code} | {one.truth} | {one.proposed} | {one.right} | {one.unknown} |")
    for one in total.values():
        for line in one.wrong:
            print(line)


if __name__ == "__main__":
    main(sys.argv[1:])
