console.log("hello", process.version, process.argv); if (process.argv[2]==="wait") setTimeout(()=>{},60000); else process.exitCode = 7;
