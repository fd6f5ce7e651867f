import ArgumentParser

@main
struct Mqsh: ParsableCommand {}
