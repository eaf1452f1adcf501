namespace M531x.Emulator.Drivers;

/// <summary>When a module that starts with the program prints its power-on lines. It takes commands from the start in each case.</summary>
enum PowerOnMode
{
    /// <summary>When a client first opens the line, as a board sees them that powers its module.</summary>
    OnOpen,

    /// <summary>At once, whether somebody listens or not.</summary>
    OnStart,

    /// <summary>Each time a client opens the line; the module itself goes on running.</summary>
    OnOpenEach,
}
