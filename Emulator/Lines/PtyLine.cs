namespace M531x.Emulator.Lines;

static class PtyLine
{
    public static ILine Open(LineSpec spec) => throw spec.Error(LineProblem.Unsupported, "is not in this version");
}
