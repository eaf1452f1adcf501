namespace M531x.Emulator.Core.Module;

/// <summary>Which changes of the network the MCU wants reported; gone with a restart.</summary>
sealed class NetworkReports
{
    /// <summary>AT+CEREG, 0 to 5.</summary>
    public int Registration { get; set; }

    /// <summary>AT+CSCON.</summary>
    public int Connection { get; set; }

    /// <summary>AT+NPSMR, AT*MNBIOTEVENT.</summary>
    public int PowerSaving { get; set; }
}
